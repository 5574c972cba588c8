import assert from "node:assert/strict";
import { CONFIG, guideway, makeFolder, type Outcome, Program } from "./program.ts";
import { EXAMPLES } from "../vpp/examples.ts";

const NONE = { interfaces: CONFIG.interfaces };

function ended(outcome: Outcome, code: number): Outcome {
  assert.equal(outcome.code, code, `${outcome.stdout}\n${outcome.stderr}`);
  assert.doesNotMatch(outcome.stderr, /\n\s+at |error: Uncaught/, "no stack");
  return outcome;
}

Deno.test("VPP's lines are words of the command line, with the plugin's answers", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const run = async (line: string) => ended(await program.guideway(...line.split(" ")), 0);
  assert.equal((await run("lb vip 91.0.0.0/8 encap gre4 new_len 256")).stdout, "lb_vip_add ok 3\n");
  const added = await run("lb as 91.0.0.0/8 10.0.0.1 10.0.0.2 weight 50");
  assert.deepEqual([added.stdout, added.stderr], ["", "revision 3 runs\n"]);
  assert.equal((await run("lb flush vip 91.0.0.0/8")).stdout, "lb_flush_vip ok 3\n");
  await run("set interface nat4 in net0");
  await run("test lb flowtable flush");
  const { config } = await program.client.config();
  assert.deepEqual(config.interfaces.net0?.snat, ["nat4"]);
  assert.deepEqual(config.vips[2]?.servers.map(({ weight }) => weight), [50, 50]);

  assert.match((await run("show lb")).stdout, /^lb_main ip4-src-address: 192\.0\.2\.10$/m);
  assert.match((await run("show lb vip")).stdout, /^ip4-gre4 91\.0\.0\.0\/8 new_size:256 #as:2 /m);
  assert.match(
    (await run("show l v verbose")).stdout,
    /^ {4}10\.0\.0\.2 weight:50 buckets:128 /m,
  );
  assert.match((await run("show node counters")).stdout, /^ +Count +Node +Reason +Severity$/m);
  const vips = JSON.parse((await run("show lb vips --json")).stdout);
  assert.equal(vips[2].name, "91.0.0.0/8");
  const dry = await run("lb vip 91.0.0.0/8 del --dry-run");
  assert.equal(dry.stdout, "91.0.0.0/8  VIP removed\n");
  const socket = await guideway(["show", "lb", "--socket", program.socket]);
  assert.match(ended(socket, 0).stdout, /^ #vips: 3$/m);
});

Deno.test("a wrong line ends with 2, a refused one with 4, and the column", async (t) => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const rows: [string, number, RegExp][] = [
    ["lb vip 91.0.0.0/8 port 65616", 2, /^guideway: column 24: port: /],
    ["lb as 90.0.0.0/8 10.0.0.9 weight -1", 2, /^guideway: column 34: weight: .*"-1"$/m],
    ["show nothing", 2, /^guideway: column 6: unknown word "nothing"/],
    ["set interface nat4 in net9", 4, /^guideway: column 23: no interface net9; there is net0$/m],
    ["lb vip 90.0.0.0/8", 4, /^guideway: column 8: VIP 90\.0\.0\.0\/8 is there already$/m],
    ["lb vip 91.0.0.0/8 encap l3dsr", 4, /^guideway: column 1: .* dscp: is missing/],
  ];
  for (const [line, code, message] of rows) {
    await t.step(line, async () => {
      const { stdout, stderr } = ended(await program.guideway(...line.split(" ")), code);
      assert.equal(stdout, "");
      assert.match(stderr, message);
    });
  }
  assert.equal((await program.client.status()).revision, 1);
});

Deno.test("exec carries out a file as one change, and shows what is then", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, NONE);
  const file = `${folder.path}/lb.txt`;
  await Deno.writeTextFile(file, `# the plugin's examples\n${EXAMPLES}show lb vips\n`);
  const dry = ended(await program.guideway("exec", file, "--dry-run"), 0);
  assert.match(dry.stdout, /^90\.1\.2\.1\/32 any\/3306 {2}VIP added$/m);
  const { stdout, stderr } = ended(await program.guideway("exec", file), 0);
  const lines = stdout.trim().split("\n");
  assert.deepEqual(lines.slice(0, 8), [
    ...[1, 2, 3, 4, 5, 6, 7].map((id) => `lb_vip_add ok ${id}`),
    "lb_flush_vip ok 4",
  ]);
  assert.match(lines[8]!, /^ip6-gre6 2002::\/16 new_size:1024 #as:3 /);
  assert.equal(lines.length, 15);
  assert.equal(stderr, "revision 2 runs\n");
});

Deno.test("a file with an error is not carried out at all", async (t) => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, NONE);
  const file = `${folder.path}/lb.txt`;
  const rows: [string, string, RegExp][] = [
    ["syntax", "lb vip 1.0.0.0/8 port x\n", /lb\.txt:17:23: port: /],
    ["meaning", "lb vip 2002::/16\n", /lb\.txt:17:8: VIP 2002::\/16 is there already/],
    [
      "the whole",
      "lb vip 1.0.0.0/8 dscp 4\n",
      /lb\.txt:17:18: 1\.0\.0\.0\/8 dscp: 4 goes with l3dsr/,
    ],
  ];
  for (const [name, line, message] of rows) {
    await t.step(name, async () => {
      await Deno.writeTextFile(file, `${EXAMPLES}${line}show lb\n`);
      const { stdout, stderr } = ended(await program.guideway("exec", file), 4);
      assert.equal(stdout, "");
      assert.match(stderr, message);
    });
  }
  assert.equal((await program.client.status()).revision, 1);
  ended(await program.guideway("exec", "/nowhere/lb.txt"), 1);
});

Deno.test("import prints a configuration that apply takes, and notes beside it", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, NONE);
  const script = `${folder.path}/startup.txt`;
  await Deno.writeTextFile(script, `create host-interface name eth1\nip route add x\n${EXAMPLES}`);
  const { stdout, stderr } = ended(await guideway(["import", "vpp", script]), 0);
  assert.match(stderr, /startup\.txt:2: left out: ip route add x: next hops come from the kernel/);
  const config = `${folder.path}/config.yaml`;
  await Deno.writeTextFile(config, stdout);
  ended(await program.guideway("apply", config, "--dry-run"), 0);

  const saved = `${folder.path}/ipvs.txt`;
  await Deno.writeTextFile(saved, "-A -t 1.1.1.1:80 -s mh\n-a -t 1.1.1.1:80 -r 10.0.0.1:80 -i\n");
  const source = ["--ip4-src-address", "192.0.2.77"];
  const ipvs = ended(await guideway(["import", "ipvsadm", saved, ...source]), 0);
  assert.match(ipvs.stdout, /^ {2}ip4_src_address: 192\.0\.2\.77$/m);
  ended(await guideway(["import", "ipvsadm", saved, "--ip4-src-address", "x"]), 2);
});
