import assert from "node:assert/strict";
import { run, wrong } from "./lines.ts";
import { formatMain } from "../../lib/vpp/show/main.ts";
import { formatVips } from "../../lib/vpp/show/vips.ts";
import { formatVerbose } from "../../lib/vpp/show/vip_verbose.ts";
import { empty } from "./lines.ts";
import { natVip } from "./statuses.ts";

Deno.test("VPP-1778: more words than a flush knows end it at once", () => {
  assert.match(wrong("lb flush vip 1.2.3.4/32 foo"), /^1:25: unknown word "foo"/);
  const reported = "lb flush vip 192.168.1.100/32 protocol tcp port 24 encap l3dsr dscp 7";
  assert.match(wrong(reported), /^1:52: unknown word "encap"; known here: nothing more$/);
});

Deno.test("new_len 0 is refused, not taken for a power of two", () => {
  assert.match(wrong("lb vip 90.0.0.0/8 new_len 0"), /^1:27: new_len: .*"0"$/);
});

Deno.test("buckets 0 is refused, not taken for a power of two", () => {
  assert.match(wrong("lb conf buckets 0"), /^1:17: buckets: .*"0"$/);
});

Deno.test("port 65616 is refused, not taken for port 80", () => {
  assert.match(wrong("lb vip 90.0.0.0/8 protocol udp port 65616"), /^1:37: port: .*"65616"$/);
  assert.match(wrong("lb as 90.0.0.0/8 port 65616 10.0.0.1"), /^1:23: port: .*"65616"$/);
});

Deno.test("weight 255 is refused", () => {
  assert.match(wrong("lb as 90.0.0.0/8 10.0.0.1 weight 255"), /^1:34: weight: .*"255"$/);
});

Deno.test("a port without a protocol is for TCP and UDP, not for a protocol by chance", () => {
  const [vip] = run("lb vip 90.0.0.1/32 encap nat4 port 80").config.vips;
  assert.equal(vip?.port, 80);
  assert.equal(vip?.protocol, undefined);
});

Deno.test("nat4 without a port is a VIP that works: packets keep their ports", () => {
  const [vip] = run("lb vip 90.0.0.1/32 encap nat4").config.vips;
  assert.deepEqual([vip?.encap, vip?.port, vip?.target_port], ["nat4", undefined, undefined]);
});

Deno.test("a node port that is taken leaves no half of a VIP behind", () => {
  const first = run("lb vip 1.0.0.0/8 encap nat4 port 80 type nodeport").config;
  assert.match(
    wrong("lb vip 2.0.0.0/8 encap nat4 port 80 type nodeport", first),
    /of the node is already/,
  );
  assert.equal(first.vips.length, 1);
});

Deno.test("all-port and per-port VIPs of one prefix are beside each other, of any encaps", () => {
  const text =
    "lb vip 1.0.0.0/8\nlb vip 1.0.0.0/8 port 80 encap gre6\nlb vip 1.0.0.0/8 port 81 encap ipip";
  assert.deepEqual(run(text).config.vips.map(({ encap }) => encap), ["gre4", "gre6", "ipip"]);
});

Deno.test("a long table is told as it is, not as its lowest 16 bits", () => {
  const status = natVip();
  status.new_len = 65_536;
  assert.match(formatVips([status]), /new_size:65536 /);
});

Deno.test("show lb counts no hidden VIP, and the capacity that there is", () => {
  const tables = [{ buckets: 1024, capacity: 6144, flows: 846 }];
  const view = { conf: empty().conf, vips: 2, servers: 2, tables };
  const text = formatMain(view);
  assert.match(text, /^ #vips: 2$/m);
  assert.match(text, /^ {2}usage: 846 \/ 6144$/m);
});

Deno.test("show lb vips verbose tells ports as they are, on a line of their own", () => {
  const line = "  type:clusterip port:80 target_port:3307";
  assert.ok(formatVerbose([natVip()]).split("\n").includes(line));
});
