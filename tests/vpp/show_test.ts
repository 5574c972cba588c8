import assert from "node:assert/strict";
import { counterRows, formatCounters } from "../../lib/vpp/show/counters.ts";
import { formatMain } from "../../lib/vpp/show/main.ts";
import { formatVips } from "../../lib/vpp/show/vips.ts";
import { formatVerbose } from "../../lib/vpp/show/vip_verbose.ts";
import { show } from "../../lib/vpp/show.ts";
import { A, frames, withController } from "../lib/controllers.ts";
import { empty } from "./lines.ts";
import { watchedOf } from "./program.ts";
import { greVip, natVip } from "./statuses.ts";

/** The text without the line breaks around it. */
const block = (text: string) => text.replace(/^\n|\n$/g, "");
const TABLE = { buckets: 4096, capacity: 24_576, flows: 7 };

Deno.test("show lb has the plugin's lines, and ours behind them", () => {
  const view = { conf: empty().conf, vips: 3, servers: 2, tables: [TABLE] };
  assert.equal(
    formatMain(view),
    block(`
lb_main ip4-src-address: 192.0.2.1
 ip6-src-address: 2001:db8::1
 #vips: 3
 #ass: 2
 gue-port: 6080
core 0
  timeout: 40s
  usage: 7 / 24576
  buckets: 4096
`),
  );
  const conf = { buckets: 1024, timeout: 9, gue_port: 5, hash_key: "", ip4_entropy: "10.0.0.0/8" };
  const text = formatMain({ ...view, conf, tables: [TABLE, { ...TABLE, flows: 9 }] });
  assert.match(text, /^lb_main ip4-src-address: none\n ip6-src-address: none$/m);
  assert.match(text, /^ #ass: 2\n ip4-entropy: 10\.0\.0\.0\/8\n gue-port: 5\ncore 0$/m);
  assert.match(
    text,
    /usage: 7 \/ 24576\n {2}buckets: 4096\ncore 1\n {2}timeout: 9s\n {2}usage: 9 \//,
  );
});

Deno.test("show lb vips has a line for each VIP: the plugin's fields, then what is unusual", () => {
  const dsr = { ...greVip(), encap: "l3dsr" as const, dscp: 2, ttl: null, df: null };
  const both = { ...natVip(), protocol: null, node_port: 30_964 };
  const six = { ...greVip(), prefix: "2002::/16", ttl: 9, df: "set" as const, src_ip_sticky: true };
  assert.equal(
    formatVips([greVip(), dsr, natVip(), both, six]),
    block(`
ip4-gre4 90.0.0.1/32 new_size:1024 #as:3  flows:3 packets:35 bytes:2800
ip4-l3dsr 90.0.0.1/32 new_size:1024 #as:3  dscp:2  flows:3 packets:35 bytes:2800
ip4-nat4 90.0.0.1/32 new_size:1024 #as:0  protocol:17 port:80  type:clusterip port:80 target_port:3307  flows:0 packets:0 bytes:0
ip4-nat4 90.0.0.1/32 new_size:1024 #as:0  protocol:any port:80  type:clusterip port:80 target_port:3307 node_port:30964  flows:0 packets:0 bytes:0
ip6-gre4 2002::/16 new_size:1024 #as:3  src_ip_sticky ttl:9 df:set  flows:3 packets:35 bytes:2800
`),
  );
});

Deno.test("show lb vips verbose has the plugin's block for each VIP, with all of its servers", () => {
  assert.equal(
    formatVerbose([greVip(), natVip()]),
    block(`
 ip4-gre4 [1] 90.0.0.1/32
  new_size:1024
  ttl:64 df:copy icmp_echo:reply
  counters:
    packet from existing sessions: 16
    first session packet: 3
    untracked packet: 16
    no server configured: 4
    packets: 35
    bytes: 2800
    too_big: 2
    flows: 3
  #as:3
    10.0.0.2 weight:100 buckets:1024 flows:1 via:net0 used packets:5 bytes:400 new_flows:2
    10.0.0.3 weight:0 buckets:0 flows:1 via:none used draining packets:5 bytes:400 new_flows:2 (no route to it)
    10.0.0.1 weight:0 buckets:0 flows:1 via:net0 removed packets:5 bytes:400 new_flows:2
 ip4-nat4 [2] 90.0.0.1/32
  new_size:1024
  protocol:17 port:80
  type:clusterip port:80 target_port:3307
  icmp_echo:reply
  counters:
    packet from existing sessions: 0
    first session packet: 0
    untracked packet: 0
    no server configured: 0
    flows: 0
  #as:0
`),
  );
});

Deno.test("show node counters has a row for each verdict that is not 0", () => {
  const verdicts = [
    { name: "forwarded", text: "sent to a server" },
    { name: "left_not_vip", text: "left to the kernel" },
    { name: "drop_ttl", text: "dropped: TTL or hop limit is 0" },
    { name: "drop_no_port", text: "dropped: no port" },
  ];
  const total = {
    forwarded: 12,
    left_not_vip: 3,
    drop_ttl: 123_456_789_012,
    drop_no_port: 0,
    loops: 9,
  };
  assert.equal(
    formatCounters(counterRows(total, verdicts)),
    block(`
       Count  Node          Reason                          Severity
          12  forwarded     sent to a server                info
           3  left_not_vip  left to the kernel              info
123456789012  drop_ttl      dropped: TTL or hop limit is 0  error
`),
  );
  assert.equal(formatCounters([]), "     Count  Node  Reason  Severity");
});

Deno.test("show finds every packet of a known mix again", async () => {
  await withController(async ({ controller, simulation }) => {
    const spoilt = frames(3).map((frame) => frame.with(14, 0x55));
    const arp = new Uint8Array(60).with(12, 8).with(13, 6);
    const strangers = frames(5, "8.8.8.8:80");
    simulation.frames([...frames(20), ...frames(20), ...strangers, ...spoilt, arp]);
    const watched = watchedOf(controller);
    const { text } = await show(watched, "counters");
    const rows = text.split("\n").slice(1).map((row) => row.trim().split(/ {2,}/));
    assert.deepEqual(rows.map(([count, node, , severity]) => [count, node, severity]), [
      ["40", "forwarded", "info"],
      ["1", "left_ethertype", "info"],
      ["5", "left_not_vip", "info"],
      ["3", "drop_bad_ip4_header", "error"],
    ]);
    const verbose = (await show(watched, "vips verbose")).text;
    assert.match(verbose, / {4}packet from existing sessions: 20\n {4}first session packet: 20\n/);
    const flows = [...verbose.matchAll(/flows:(\d+) via:net0 used packets:(\d+)/g)];
    const sum = (at: number) => flows.reduce((all, match) => all + Number(match[at]), 0);
    assert.deepEqual([sum(1), sum(2)], [20, 40]);
    assert.match((await show(watched, "lb")).text, /^ {2}usage: 20 \/ \d+$/m);
    const line = new RegExp(`^ip4-gre4 ${A} .* flows:20 packets:40 bytes:\\d+$`, "m");
    assert.match((await show(watched, "vips")).text, line);
  });
});
