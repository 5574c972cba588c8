import assert from "node:assert/strict";
import { CONFIG, makeFolder, type Outcome, Program } from "./program.ts";

function ended(outcome: Outcome, code: number): Outcome {
  assert.equal(outcome.code, code, `${outcome.stdout}\n${outcome.stderr}`);
  assert.doesNotMatch(outcome.stderr, /\n\s+at |error: Uncaught/, "no stack");
  return outcome;
}

Deno.test("VIPs and servers are added, listed, reweighted and removed", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const run = async (...args: string[]) => ended(await program.guideway(...args), 0).stdout;
  const json = async (...args: string[]) => JSON.parse(await run(...args, "--json"));

  await run("vip", "add", "91.0.0.0/8", "udp/53", "--encap", "gre4", "--new-len", "256");
  await run("server", "add", "91.0.0.0/8", "udp/53", "10.0.0.1", "10.0.0.2", "--weight", "50");
  await run("server", "weight", "91.0.0.0/8 udp/53", "10.0.0.2", "0");
  const { servers } = await json("server", "list", "91.0.0.0/8", "udp/53");
  assert.deepEqual(
    servers.map((server: Record<string, unknown>) => [
      server.vip,
      server.address,
      server.weight,
      server.state,
      server.slots,
    ]),
    [
      ["91.0.0.0/8 udp/53", "10.0.0.1", 50, "active", 256],
      ["91.0.0.0/8 udp/53", "10.0.0.2", 0, "draining", 0],
    ],
  );
  assert.match(await run("vip", "list"), /^91\.0\.0\.0\/8 udp\/53 +gre4 +256 +2 +0 +0$/m);
  await run("server", "remove", "91.0.0.0/8", "udp/53", "10.0.0.1", "--flush");
  await run("vip", "remove", "91.0.0.0/8", "udp/53");
  const { vips } = await json("vip", "list");
  assert.deepEqual(vips.map(({ name }: { name: string }) => name), [
    "90.0.0.0/8",
    "2002::/16 tcp/80",
  ]);
});

Deno.test("a VIP has fields, which are set and taken away", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const run = async (...args: string[]) => ended(await program.guideway(...args), 0).stdout;
  const read = async (name: string) => {
    const { table_since, ...vip } = await program.client.vip(name);
    assert.ok(Date.parse(table_since) <= Date.now());
    const { name: _name, servers: _servers, counters: _counters, conditions: _, ...fields } = vip;
    return fields;
  };

  const nat = ["--encap", "nat4", "--target-port", "3307", "--node-port", "30964"];
  await run("vip", "add", "90.1.2.1/32", "any/3306", ...nat, "--icmp-echo", "forward");
  assert.deepEqual(await read("90.1.2.1/32 any/3306"), {
    prefix: "90.1.2.1/32",
    protocol: null,
    port: 3306,
    encap: "nat4",
    new_len: 1024,
    type: "clusterip",
    target_port: 3307,
    node_port: 30_964,
    dscp: null,
    src_ip_sticky: false,
    ttl: null,
    df: null,
    icmp_echo: "forward",
    health: null,
    flows: 0,
    new_flows: 0,
    table_flows: 0,
  });
  const table = await run("vip", "list");
  assert.match(
    table,
    /^90\.1\.2\.1\/32 any\/3306 +nat4 +1024 +0 +0 +0 {2}to port 3307, node port 30964, echo forwarded$/m,
  );

  await run("vip", "set", "90.1.2.1/32", "any/3306", "--node-port", "none", "--src-ip-sticky");
  const set = await read("90.1.2.1/32 any/3306");
  assert.deepEqual([set.node_port, set.src_ip_sticky, set.target_port], [null, true, 3307]);
  const changed = await run("vip", "set", "90.1.2.1/32", "any/3306", "--no-src-ip-sticky");
  assert.match(changed, /^90\.1\.2\.1\/32 any\/3306 {2}src_ip_sticky changed/);
  await run("vip", "add", "100.0.0.0/8", "--encap", "l3dsr", "--dscp", "2");
  await run("vip", "set", "100.0.0.0/8", "--encap", "gre4", "--dscp", "none", "--df", "set");
  const tunnel = await read("100.0.0.0/8");
  assert.deepEqual([tunnel.encap, tunnel.dscp, tunnel.df, tunnel.ttl], ["gre4", null, "set", 64]);
  const wrong = ended(await program.guideway("vip", "set", "100.0.0.0/8", "--encap", "gre9"), 4);
  assert.match(wrong.stderr, /^guideway: refused: encap: must be one of gre4, gre6, l3dsr/);
});

Deno.test("settings are set, taken away and shown", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const run = async (...args: string[]) => ended(await program.guideway(...args), 0).stdout;
  const entropy = ["--ip4-entropy", "192.0.2.128/25"];
  const set = await run("conf", "set", "--timeout", "60", "--gue-port", "6081", ...entropy);
  assert.deepEqual(set.trimEnd().split("\n").sort(), [
    "conf.gue_port  changed",
    "conf.ip4_entropy  changed",
    "conf.timeout  changed",
  ]);
  assert.match(await run("conf", "show"), /^ip4_entropy +192\.0\.2\.128\/25$/m);
  await run("conf", "set", "--ip4-entropy", "none", "--gue-port", "none");
  const { timeout, gue_port, ip4_entropy } = JSON.parse(await run("conf", "show", "--json"));
  assert.deepEqual([timeout, gue_port, ip4_entropy], [60, 6080, undefined]);
  const wrong = ended(await program.guideway("conf", "set", "--ip4-src-address", "::1"), 4);
  assert.match(wrong.stderr, /^guideway: refused: ip4_src_address: not an IPv4 address: "::1"/);
});

Deno.test("interfaces are added, changed, listed and removed", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const run = async (...args: string[]) =>
    ended(await program.guideway("interface", ...args), 0).stdout;
  assert.equal(await run("add", "net1", "null", "--snat", "nat4"), "interfaces.net1  added\n");
  assert.match(await run("list"), /^net1 +null +\S+ +up.* nat4$/m);
  assert.equal(await run("set", "net1", "--snat", "none"), "interfaces.net1  changed\n");
  const { interfaces } = JSON.parse(await run("list", "--json"));
  assert.deepEqual(interfaces.map((one: { snat: string[] }) => one.snat), [[], []]);
  assert.equal(await run("remove", "net1"), "interfaces.net1  removed\n");
  assert.doesNotMatch(await run("list"), /^net1/m);
  assert.match(await run("devices"), /^DEVICE +LINK +MAC +INTERFACE/);
  const wrong = ended(await program.guideway("interface", "add", "net1", "eth1"), 4);
  assert.match(wrong.stderr, /^guideway: refused: device: not a device: "eth1"/);
  const away = ended(await program.guideway("interface", "add", "net1", "af_packet:gw-none"), 4);
  assert.match(away.stderr, /^guideway: refused: device: af_packet:gw-none: /);
  ended(await program.guideway("interface", "set", "net0"), 2);
});

Deno.test("flushes say what was forgotten, and what is not there", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const flush = ended(await program.guideway("vip", "flush", "2002::/16", "tcp/80"), 0);
  assert.match(flush.stderr, /^2002::\/16 tcp\/80: its flows are forgotten$/m);
  const server = ["server", "flush", "90.0.0.0/8", "10.0.0.1"];
  const dry = ended(await program.guideway(...server, "--dry-run"), 0);
  assert.match(dry.stderr, /^dry run: 90\.0\.0\.0\/8 10\.0\.0\.1 was not flushed$/m);
  const json = ended(await program.guideway(...server, "--json"), 0);
  assert.equal(JSON.parse(json.stdout).revision, 1);
  const unknown = ended(await program.guideway("server", "flush", "90.0.0.0/8", "10.9.9.9"), 4);
  assert.match(unknown.stderr, /no server 10\.9\.9\.9 behind 90\.0\.0\.0\/8; there is 10\.0\.0\.1/);
  ended(await program.guideway("vip", "flush", "91.0.0.0/8"), 4);
});
