import assert from "node:assert/strict";
import { editAll, readScript } from "../../lib/vpp/script.ts";
import { empty, errorOf, run, servers, wrong } from "./lines.ts";

const VIP = "lb vip 90.0.0.0/8";
const AS = "lb as 90.0.0.0/8";
const two = () => run(`${VIP}\n${AS} 10.0.0.1 10.0.0.2 weight 50`).config;
const of = (text: string) => servers(run(text, two()))["90.0.0.0/8"];

Deno.test("a weight sets that of each listed server, and adds the others with it", () => {
  assert.deepEqual(of(`${AS} 10.0.0.2 10.0.0.3 weight 0`), [
    "10.0.0.1 50",
    "10.0.0.2 0",
    "10.0.0.3 0",
  ]);
});

Deno.test("without a weight, a server that is there makes the whole line wrong", () => {
  const text = `${AS} 10.0.0.3 10.0.0.2`;
  assert.match(wrong(text, two()), /^1:27: server 10\.0\.0\.2 is behind 90\.0\.0\.0\/8 already; /);
});

Deno.test("a server that was removed is as new when it is added again", () => {
  assert.deepEqual(of(`${AS} 10.0.0.1 del\n${AS} 10.0.0.1`), ["10.0.0.2 50", "10.0.0.1 100"]);
});

Deno.test("flush forgets flows with a removal, with a weight, and when a server comes back", () => {
  const flushes = (text: string) => run(text, two()).flushes;
  const one = [{ vip: "90.0.0.0/8", address: "10.0.0.1" }];
  assert.deepEqual(flushes(`${AS} 10.0.0.1 del flush`), one);
  assert.deepEqual(flushes(`${AS} 10.0.0.1 weight 0 flush`), one);
  assert.deepEqual(flushes(`${AS} 10.0.0.1 del\n${AS} 10.0.0.1 flush`), one);
  assert.deepEqual(flushes(`${AS} 10.0.0.1 del`), []);
  assert.deepEqual(flushes(`${AS} 10.0.0.9 flush`), []);
  assert.deepEqual(flushes("test lb flowtable flush"), [{ vip: "90.0.0.0/8" }]);
});

Deno.test("a server that was removed before can still be flushed, as long as it has flows", () => {
  const commands = readScript(`${AS} 10.0.0.7 del flush`);
  const removed = new Map([["90.0.0.0/8", ["10.0.0.7"]]]);
  assert.deepEqual(editAll(two(), commands, removed).flushes, [
    { vip: "90.0.0.0/8", address: "10.0.0.7" },
  ]);
  assert.match(errorOf(() => editAll(two(), commands)), /^1:18: no server 10\.0\.0\.7 behind/);
});

Deno.test("lb conf changes what is given and nothing else", () => {
  const { conf } = run("lb conf timeout 7", two()).config;
  assert.deepEqual(conf, { ...two().conf, timeout: 7 });
});

Deno.test("snat is set and unset by interface and kind, as often as one likes", () => {
  const snat = (text: string) => run(text).config.interfaces.net1?.snat;
  const set = (kind: string, more = "") => `lb set interface ${kind} in net1${more}\n`;
  assert.deepEqual(snat(set("nat6") + set("nat4") + set("nat4")), ["nat4", "nat6"]);
  assert.deepEqual(snat(set("nat6") + set("nat4") + set("nat6", " del")), ["nat4"]);
  assert.deepEqual(snat(set("nat4", " del")), []);
  assert.match(
    wrong("set interface nat4 in net9"),
    /^1:23: no interface net9; there is net0, net1$/,
  );
});

Deno.test("a VIP that is removed takes its servers along", () => {
  const text = `${VIP} del\n${VIP} encap gre6\nlb as 90.0.0.0/8 2001::1`;
  const { vips } = run(text, two()).config;
  assert.deepEqual(vips.map(({ encap, servers }) => [encap, servers.length]), [["gre6", 1]]);
});

Deno.test("what a line leaves out of a VIP's name may be left out while one VIP fits", () => {
  const both =
    `lb vip 1.0.0.0/8 encap nat4 port 80\nlb vip 1.0.0.0/8 encap nat4 protocol udp port 53\n`;
  const as = (name: string) =>
    run(`${both}lb as 1.0.0.0/8 ${name} 10.0.0.1`).config.vips
      .filter(({ servers }) => servers.length > 0).map(({ port }) => port);
  assert.deepEqual(as("port 53"), [53]);
  assert.deepEqual(as("port 80"), [80]);
  assert.match(
    wrong(`${both}lb as 1.0.0.0/8 10.0.0.1`),
    /^3:7: no VIP 1\.0\.0\.0\/8; there is 1\.0\.0\.0\/8 any\/80, 1\.0\.0\.0\/8 udp\/53$/,
  );
  assert.match(
    wrong(`${both}lb as 1.0.0.0/8 protocol tcp port 53 10.0.0.1`),
    /^3:7: no VIP .* tcp\/53; /,
  );
  const older =
    "lb vip 90.1.2.1/32 encap nat4 port 3306 target_port 3307\nlb as 90.1.2.1/32 10.0.0.1";
  assert.deepEqual(servers(run(older)), { "90.1.2.1/32": ["10.0.0.1 100"] });
});

const REFUSED: [string, string, RegExp][] = [
  ["a VIP twice", `${VIP}\n${VIP} encap gre6`, /^2:8: VIP 90\.0\.0\.0\/8 is there already$/],
  [
    "a server twice in a line",
    `${VIP}\n${AS} 10.0.0.1 10.0.0.1`,
    /^2:27: 10\.0\.0\.1 is given twice$/,
  ],
  ["servers of an unknown VIP", `${AS} 10.0.0.1`, /^1:7: no VIP 90\.0\.0\.0\/8; there is none$/],
  ["an unknown server", `${VIP}\n${AS} 10.0.0.1 del`, /^2:18: no server 10\.0\.0\.1 behind /],
  [
    "flushing an unknown VIP",
    "lb flush vip 9.0.0.0/8",
    /^1:14: no VIP 9\.0\.0\.0\/8; there is none$/,
  ],
  ["removing an unknown VIP", "lb vip 9.0.0.0/8 del", /^1:8: no VIP 9\.0\.0\.0\/8/],
  [
    "l3dsr without dscp",
    `${VIP}\nlb vip 1.0.0.0/8 encap l3dsr`,
    /^2:1: 1\.0\.0\.0\/8 dscp: is missing/,
  ],
  ["dscp with gre", "lb vip 1.0.0.0/8 dscp 3", /^1:18: 1\.0\.0\.0\/8 dscp: 3 goes with l3dsr only/],
  [
    "NAT64",
    "lb vip 2001::/16 encap nat4",
    /^1:18: 2001::\/16 encap: nat4 needs an IPv4 VIP.*NAT64$/,
  ],
  [
    "NAT46",
    "lb vip 1.0.0.0/8 encap nat6",
    /^1:18: 1\.0\.0\.0\/8 encap: nat6 needs an IPv6 VIP.*NAT46$/,
  ],
  [
    "the wrong family",
    `${VIP}\n${AS} 10.0.0.1\n${AS} 2001::1`,
    /^3:18: 90\.0\.0\.0\/8: not an IPv4 /,
  ],
  [
    "a multicast server",
    `${VIP}\n${AS} 10.0.0.1 224.0.0.1`,
    /^2:27: 90\.0\.0\.0\/8: 224\.0\.0\.1 is a multi/,
  ],
  [
    "target_port for all ports",
    "lb vip 1.0.0.0/8 encap nat4 target_port 5",
    /^1:29: 1\.0\.0\.0\/8 target_port: /,
  ],
  [
    "a node port twice",
    "lb vip 1.0.0.0/8 encap nat4 port 1 node_port 9\nlb vip 2.0.0.0/8 encap nat4 port 2 node_port 9",
    /^2:36: 2\.0\.0\.0\/8 any\/2 node_port: IPv4 tcp\/9 of the node is already of 1\.0\.0\.0\/8 any\/1$/,
  ],
  [
    "echoes of two minds",
    "lb vip 1.0.0.0/8 port 1\nlb vip 1.0.0.0/8 port 2 icmp_echo forward",
    /^2:25: 1\.0\.0\.0\/8 any\/2 icmp_echo: forward here, but reply at 1\.0\.0\.0\/8 any\/1/,
  ],
  [
    "the node's address as a VIP",
    "lb vip 192.0.2.9/32\nlb conf ip4-src-address 192.0.2.9",
    /^2:9: ip4-src-address: /,
  ],
  ["a loopback entropy", "lb conf ip4-entropy 127.0.0.0/8", /^1:9: ip4-entropy: /],
];

Deno.test("what the whole configuration refuses is told at the line that caused it", async (t) => {
  for (const [name, text, message] of REFUSED) {
    await t.step(name, () => assert.match(wrong(text), message));
  }
});

Deno.test("a tunnel without a source says what to type first", () => {
  const { ip4_src_address: _, ip6_src_address: __, ...conf } = empty().conf;
  const bare = { ...empty(), conf };
  assert.match(
    wrong(VIP, bare),
    /^1:1: 90\.0\.0\.0\/8 needs a source address over IPv4 for gre4.*: type "lb conf ip4-src-address ADDRESS" first$/,
  );
  assert.match(
    wrong("lb vip 1.0.0.0/8 encap nat4 port 5 type nodeport", bare),
    /^1:1: 1\.0\.0\.0\/8 any\/5 needs a source address over IPv4 for node port 5: type "lb conf ip4-/,
  );
  assert.equal(run(`${VIP}\nlb conf ip4-src-address 192.0.2.7`, bare).config.vips.length, 1);
});

Deno.test("ten thousand lines are carried out in a moment", () => {
  const vip = (at: number) => `1.${at >> 8}.${at & 255}.0/24`;
  const lines = Array.from(
    { length: 5000 },
    (_, at) => `lb vip ${vip(at)}\nlb as ${vip(at)} 10.0.0.1`,
  );
  const start = performance.now();
  const { answers } = run(lines.join("\n"));
  assert.equal(answers[9998], "lb_vip_add ok 5000");
  assert.ok(performance.now() - start < 10_000);
});
