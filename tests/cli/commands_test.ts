import assert from "node:assert/strict";
import { CONFIG, guideway, makeFolder, type Outcome, Program, writeConfig } from "./program.ts";
import { PROGRAM, WORDS } from "../tools/self.ts";

function ended(outcome: Outcome, code: number): Outcome {
  assert.equal(outcome.code, code, `${outcome.stdout}\n${outcome.stderr}`);
  assert.doesNotMatch(outcome.stderr, /\n\s+at |error: Uncaught/, "no stack");
  return outcome;
}

const WRONG: string[][] = [
  [],
  ["nonsense"],
  ["vip"],
  ["vip", "remov"],
  ["vip", "add"],
  ["vip", "add", "90.0.0.1/8"],
  ["vip", "add", "90.0.0.0/8", "tcp/99999"],
  ["vip", "add", "90.0.0.0/8", "--new-len", "many"],
  ["vip", "add", "90.0.0.0/8", "--dscp", "64"],
  ["vip", "add", "90.0.0.0/8", "any"],
  ["vip", "add", "90.0.0.0/8", "--ttl", "none"],
  ["vip", "set", "90.0.0.0/8"],
  ["vip", "set", "90.0.0.0/8", "--ttl", "0"],
  ["vip", "flush"],
  ["server", "flush", "90.0.0.0/8"],
  ["conf"],
  ["conf", "set"],
  ["conf", "set", "--timeout", "long"],
  ["server", "add", "90.0.0.0/8"],
  ["server", "add", "90.0.0.0/8", "10.0.0.1", "--weight", "101"],
  ["server", "weight", "90.0.0.0/8", "10.0.0.1"],
  ["server", "remove", "90.0.0.0/8", "10.0.0.1", "10.0.0.2"],
  ["apply"],
  ["apply", "x", "--if-match", "one"],
  ["status", "--sock"],
  ["flows", "--limit", "0"],
  ["status", "--watch", "0"],
  ["status", "--watch", "1.2.3"],
  ["status", "--count", "3"],
  ["status", "--watch", "--count", "0"],
  ["server", "list", "--state", "asleep"],
  ["vip", "table"],
  ["lb", "vip", "91.0.0.0/8", "--watch"],
  ["trace", "203.0.113.7", "90.1.2.3:80"],
  ["trace", "203.0.113.7:1", "90.1.2.3:80", "icmp"],
  ["trace", "203.0.113.7:1", "[2002::1]:80"],
  ["decap"],
  ["decap", "--tun", "gw0", "--gue-port", "0"],
];

Deno.test("wrong words end with 2 and a sentence on stderr", async (t) => {
  for (const args of WRONG) {
    await t.step(args.join(" ") || "(nothing)", async () => {
      const { stdout, stderr } = ended(await guideway(args), 2);
      assert.equal(stdout, "");
      assert.notEqual(stderr.trim(), "");
    });
  }
});

Deno.test("help and version end with 0 on stdout", async (t) => {
  for (const args of [["--help"], ["help", "run"], ["vip", "set", "--help"], ["--version"]]) {
    await t.step(args.join(" "), async () => {
      const { stdout, stderr } = ended(await guideway(args), 0);
      assert.notEqual(stdout, "");
      assert.equal(stderr, "");
    });
  }
});

Deno.test("without a program, commands end with 3 and tell how to start one", async (t) => {
  await using folder = await makeFolder();
  const socket = `${folder.path}/none.sock`;
  const config = await writeConfig(folder.path, CONFIG);
  const commands = [["status"], ["vip", "list"], ["apply", config], ["counters", "--watch"]];
  for (const args of commands) {
    await t.step(args.join(" "), async () => {
      const { stdout, stderr } = ended(await guideway([...args, "--socket", socket]), 3);
      assert.equal(stdout, "");
      assert.ok(stderr.includes(socket), stderr);
      assert.match(stderr, /"guideway run"/);
    });
  }
});

Deno.test("apply prints what changes, and changes nothing in a dry run", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const wanted = structuredClone(CONFIG);
  wanted.vips[0]!.servers.push({ address: "10.0.0.3", weight: 100 });
  wanted.vips[1]!.servers[0] = { address: "2001:db8:1::1", weight: 100 };
  const file = await writeConfig(folder.path, wanted);

  const dry = ended(await program.guideway("apply", file, "--dry-run"), 0);
  const line = /^90\.0\.0\.0\/8 {2}\+10\.0\.0\.3 {2}slots moved (\d+) of 4096 \((\d+\.\d) %\)$/m;
  const [, moved, share] = line.exec(dry.stdout) ?? assert.fail(dry.stdout);
  assert.ok(Math.abs(Number(moved) - 4096 / 3) < 4096 * 0.02, moved);
  assert.equal(share, (Number(moved) / 40.96).toFixed(1));
  assert.match(
    dry.stdout,
    /^2002::\/16 tcp\/80 {2}2001:db8:1::1 weight 50 to 100 {2}slots moved 0/m,
  );
  assert.equal((await program.client.status()).revision, 1);

  const done = ended(await program.guideway("apply", file), 0);
  assert.equal(done.stdout, dry.stdout);
  assert.match(done.stderr, /revision 2 runs/);
  const again = ended(await program.guideway("apply", file), 0);
  assert.equal(again.stdout, "");
  assert.match(again.stderr, /nothing changes; revision 2 runs/);
});

Deno.test("a refused configuration ends with 4, and the old one goes on", async (t) => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const file = `${folder.path}/config.yaml`;
  const rows: [string, string, string[], RegExp][] = [
    ["syntax", "vips:\n  - prefix: [\n", [], /config\.yaml:\d+:\d+: /],
    ["a rule", "vips: [ { prefix: 90.0.0.0/8, encap: gre9 } ]", [], /vips\[0\]\.encap: /],
    ["an empty file", "", [], /empty|mapping|missing|expected/],
    ["another revision", "{}", ["--if-match", "7"], /revision 7 is not what runs/],
  ];
  for (const [name, text, options, message] of rows) {
    await t.step(name, async () => {
      await Deno.writeTextFile(file, text);
      const { stdout, stderr } = ended(await program.guideway("apply", file, ...options), 4);
      assert.equal(stdout, "");
      assert.match(stderr, message);
    });
  }
  await t.step("servers and VIPs that are not there", async () => {
    ended(await program.guideway("vip", "remove", "91.0.0.0/8"), 4);
    ended(await program.guideway("server", "remove", "90.0.0.0/8", "10.9.9.9"), 4);
    ended(await program.guideway("server", "add", "90.0.0.0/8", "10.0.0.3", "10.0.0.1"), 4);
  });
  const { config, revision } = await program.client.config();
  assert.equal(revision, 1);
  assert.equal(config.vips[0]?.servers.length, 2);
});

Deno.test("a file that is not there ends with 1", async () => {
  const { stderr } = ended(await guideway(["apply", "/nowhere/x.yaml"]), 1);
  assert.match(stderr, /\/nowhere\/x\.yaml cannot be read: there is no such file/);
});

Deno.test("reading commands print tables, and JSON with --json", async (t) => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const rows: [string[], RegExp, (value: never) => unknown][] = [
    [["status"], /^revision +1$/m, ({ revision }: { revision: number }) => revision === 1],
    [
      ["status"],
      /^net0 +null .* +\d+ +0 +0 +0 {2}-$/m,
      ({ interfaces }: { interfaces: { snat: string[] }[] }) => interfaces[0]?.snat.length === 0,
    ],
    [["vip", "list"], /^90\.0\.0\.0\/8 /m, ({ vips }: { vips: unknown[] }) => vips.length === 2],
    [
      ["vip", "list", "--search", "2001:DB8:1"],
      /^VIP .*\n2002::\/16 tcp\/80 /,
      ({ vips, cursor }: { vips: unknown[]; cursor: null }) => vips.length === 1 && cursor === null,
    ],
    [
      ["vip", "show", "90.0.0.0/8"],
      /^vip +90\.0\.0\.0\/8$[^]*^90\.0\.0\.0\/8 +10\.0\.0\.2 +active[^]*^packets +0/m,
      ({ name }: { name: string }) => name === "90.0.0.0/8",
    ],
    [
      ["vip", "table", "90.0.0.0/8"],
      /4096 slots\nA{36}B{36}\n[^]*^A +10\.0\.0\.1 +100 +\d+ +50\.00 % +\d\d\.\d\d %/m,
      ({ slots }: { slots: number }) => slots === 4096,
    ],
    [
      ["neighbours"],
      /^10\.0\.0\.1 +server +net0 +02:00:00:00:00:01/m,
      ({ neighbours }: { neighbours: unknown[] }) => neighbours.length === 3,
    ],
    [
      ["history", "--span", "1d"],
      /^PER SECOND .*THE LAST DAY$[^]*^drops /m,
      ({ span }: { span: string }) => span === "1d",
    ],
    [
      ["conf", "show"],
      /^buckets +1024$/m,
      ({ buckets }: { buckets: number }) => buckets === 1024,
    ],
    [
      ["revision", "list"],
      /^ *1 /m,
      ({ revisions }: { revisions: unknown[] }) => revisions.length === 1,
    ],
    [["revision", "show"], /^conf:/, ({ number }: { number: number }) => number === 1],
    [
      ["revision", "diff", "1"],
      /^1 and 1 are the same/,
      ({ changes }: { changes: unknown[] }) => changes.length === 0,
    ],
    [["show", "lb", "vips"], /90\.0\.0\.0\/8/, (all: unknown) => all !== null],
    [
      ["server", "list"],
      /^90\.0\.0\.0\/8 +10\.0\.0\.2 +active/m,
      ({ servers }: { servers: unknown[] }) => servers.length === 3,
    ],
    [
      ["server", "list", "90.0.0.0/8"],
      /^90\.0\.0\.0\/8 +10\.0\.0\.1 +active +- +100 +\d+ +\d\d\.\d %/m,
      ({ servers }: { servers: unknown[] }) => servers.length === 2,
    ],
    [
      ["server", "list", "--state", "draining"],
      /^VIP [^\n]*\n$/,
      ({ servers }: { servers: unknown[] }) => servers.length === 0,
    ],
    [
      ["counters"],
      /^drop_ttl +0 +- {2}dropped: TTL/m,
      ({ total }: { total: object }) => "drop_ttl" in total,
    ],
    [
      ["counters"],
      /^net0 +rx_packets +0 +-$/m,
      ({ interfaces }: { interfaces: { name: string }[] }) => interfaces[0]?.name === "net0",
    ],
    [
      ["trace", "203.0.113.7", "90.1.2.3", "icmp"],
      /^verdict +answered: [\s\S]* ICMP +type: 0 \(echo reply\)$/m,
      ({ verdict }: { verdict: string }) => verdict === "answered",
    ],
    [["flows"], /^VIP +SERVER/, ({ flows }: { flows: unknown[] }) => flows.length === 0],
    [
      ["trace", "203.0.113.7:40001", "90.1.2.3:80"],
      /^server +10\.0\.0\.[12]: weight 100, by gre4, [\s\S]*^out at net0, 78 bytes/m,
      ({ vip }: {
        vip: string;
      }) => vip === "90.0.0.0/8",
    ],
  ];
  for (const [args, pattern, holds] of rows) {
    await t.step(args.join(" "), async () => {
      assert.match(ended(await program.guideway(...args), 0).stdout, pattern);
      const { stdout } = ended(await program.guideway(...args, "--json"), 0);
      assert.ok(holds(JSON.parse(stdout) as never), stdout);
    });
  }
});

Deno.test("trace --config needs no program and agrees with the running one", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const words = ["[2001:db8::7]:40001", "[2002::1]:80", "--json"];
  const file = await writeConfig(folder.path, CONFIG);
  const running = JSON.parse(ended(await program.guideway("trace", ...words), 0).stdout);
  const alone = JSON.parse(ended(await guideway(["trace", "--config", file, ...words]), 0).stdout);
  assert.equal(running.server, "2001:db8:1::1");
  assert.equal(running.decided, "table");
  for (const name of ["vip", "hash", "slot", "server", "verdict"]) {
    assert.deepEqual(alone[name], running[name], name);
  }
  // Behind the MAC addresses, which a simulation has none of, it is the same packet.
  assert.equal(alone.out[0].bytes.slice(24), running.out[0].bytes.slice(24));
});

Deno.test("who stops reading early gets no complaint", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: [
      "-c",
      'set -o pipefail; "$@" | head -n 1',
      "bash",
      ...[PROGRAM, ...WORDS, "counters", "--watch", "--json", "--socket", program.socket],
    ],
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assert.equal(text(stderr), "");
  assert.equal(code, 0);
  assert.ok("total" in JSON.parse(text(stdout)));
});
