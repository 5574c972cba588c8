import { conf, type Row, sound, testRefusals, vip } from "./configs.ts";

/** The sound one with such VIPs, all of 90.1.2.1/32 unless they say otherwise. */
function vips(...fields: object[]) {
  return { ...sound(), vips: fields.map((vip) => ({ prefix: "90.1.2.1/32", ...vip })) };
}

function withoutSources(...vips: object[]) {
  return { conf: {}, vips: vips.map((vip) => ({ prefix: "90.1.2.1/32", ...vip })) };
}

const IP4 = { servers: [{ address: "10.0.0.1" }] };
const IP6 = { servers: [{ address: "2001:db8::1" }] };
const NAT4 = { encap: "nat4", port: 3306 };

const ROWS: Row[] = [
  [
    "l3dsr on an IPv6 VIP",
    vip({ prefix: "2002::/16", encap: "l3dsr", dscp: 2 }),
    "vips[0].encap",
    /^l3dsr needs an IPv4 VIP, not 2002::\/16$/,
  ],
  [
    "nat4 on an IPv6 VIP, which would be NAT64",
    vip({ prefix: "2004::/16", ...NAT4 }),
    "vips[0].encap",
    /^nat4 needs an IPv4 VIP, not 2004::\/16; there is no NAT64$/,
  ],
  [
    "nat6 on an IPv4 VIP, which would be NAT46",
    vip({ encap: "nat6", port: 80 }),
    "vips[0].encap",
    /^nat6 needs an IPv6 VIP, not 90\.0\.0\.0\/8; there is no NAT46$/,
  ],
  ["l3dsr without a dscp", vip({ encap: "l3dsr" }), "vips[0].dscp", /is missing; .* l3dsr VIP/],
  ["dscp 64", vip({ encap: "l3dsr", dscp: 64 }), "vips[0].dscp", /must be at most 63, not 64/],
  [
    "a dscp with gre4",
    vip({ dscp: 7 }),
    "vips[0].dscp",
    /^7 goes with l3dsr only, not with gre4$/,
  ],
  [
    "an IPv6 server behind l3dsr",
    vip({ encap: "l3dsr", dscp: 2, ...IP6 }),
    "vips[0].servers[0].address",
    /not an IPv4 address: "2001:db8::1" \(l3dsr\)/,
  ],
  [
    "an IPv6 server behind nat4",
    vip({ ...NAT4, ...IP6 }),
    "vips[0].servers[0].address",
    /not an IPv4 address: "2001:db8::1" \(nat4\)/,
  ],
  [
    "an IPv4 server behind nat6",
    vip({ prefix: "2004::/16", encap: "nat6", port: 80, ...IP4 }),
    "vips[0].servers[0].address",
    /not an IPv6 address: "10\.0\.0\.1" \(nat6\)/,
  ],
  ["a ttl of 0", vip({ ttl: 0 }), "vips[0].ttl", /must be at least 1, not 0/],
  ["a ttl of 256", vip({ ttl: 256 }), "vips[0].ttl", /must be at most 255, not 256/],
  [
    "a ttl with l3dsr",
    vip({ encap: "l3dsr", dscp: 1, ttl: 64 }),
    "vips[0].ttl",
    /^64 goes with gre4, gre6, ipip and gue only, not with l3dsr$/,
  ],
  [
    "a df with nat4",
    vip({ ...NAT4, df: "set" }),
    "vips[0].df",
    /^set goes with gre4, gre6, ipip and gue only, not with nat4$/,
  ],
  ["an unknown df", vip({ df: "keep" }), "vips[0].df", /one of copy, set, clear, not "keep"/],
  [
    "a type with gre4",
    vip({ type: "clusterip" }),
    "vips[0].type",
    /^clusterip goes with nat4 and nat6 only, not with gre4$/,
  ],
  [
    "a target port with gre6",
    vip({ encap: "gre6", target_port: 80 }),
    "vips[0].target_port",
    /^80 goes with nat4 and nat6 only, not with gre6$/,
  ],
  [
    "a node port with gue",
    vip({ encap: "gue", node_port: 30000 }),
    "vips[0].node_port",
    /^30000 goes with nat4 and nat6 only, not with gue$/,
  ],
  ["an unknown type", vip({ ...NAT4, type: "host" }), "vips[0].type", /clusterip, nodeport/],
  ["target port 0", vip({ ...NAT4, target_port: 0 }), "vips[0].target_port", /at least 1/],
  ["node port 65536", vip({ ...NAT4, node_port: 65536 }), "vips[0].node_port", /at most 65535/],
  [
    "a target port for all ports",
    vip({ encap: "nat4", target_port: 3307 }),
    "vips[0].target_port",
    /^3307 needs a VIP with a port$/,
  ],
  [
    "a node port for all ports",
    vip({ encap: "nat4", node_port: 30964 }),
    "vips[0].node_port",
    /^30964 needs a VIP with a port$/,
  ],
  [
    "the type nodeport for all ports",
    vip({ encap: "nat4", type: "nodeport" }),
    "vips[0].type",
    /^nodeport needs a VIP with a port$/,
  ],
  [
    "a node port without the node's own address",
    withoutSources({ ...NAT4, node_port: 30964 }),
    "conf.ip4_src_address",
    /^is missing; vips\[0\] \(90\.1\.2\.1\/32 any\/3306\) needs it for node port 30964$/,
  ],
  [
    "the type nodeport without the node's own IPv6 address",
    withoutSources({ prefix: "2004::/16", encap: "nat6", port: 80, type: "nodeport" }),
    "conf.ip6_src_address",
    /needs it for node port 80$/,
  ],
  [
    "a node port twice",
    vips({ ...NAT4, node_port: 30964 }, { ...NAT4, port: 3307, node_port: 30964 }),
    "vips[1].node_port",
    /^IPv4 tcp\/30964 of the node is already of vips\[0\] \(90\.1\.2\.1\/32 any\/3306\)$/,
  ],
  [
    "a node port that is the port of a VIP of type nodeport",
    vips(
      { ...NAT4, protocol: "udp", port: 80, type: "nodeport" },
      { ...NAT4, node_port: 80 },
    ),
    "vips[1].node_port",
    /^IPv4 udp\/80 of the node is already of vips\[0\]/,
  ],
  [
    "VIPs of one prefix that answer echo requests and do not",
    vips({ port: 80 }, { port: 81, icmp_echo: "forward" }),
    "vips[1].icmp_echo",
    /^forward here, but reply at vips\[0\] \(90\.1\.2\.1\/32 any\/80\), which has the same prefix$/,
  ],
  ["an unknown echo", vip({ icmp_echo: true }), "vips[0].icmp_echo", /reply, forward, not true/],
  ["stickiness by number", vip({ src_ip_sticky: 1 }), "vips[0].src_ip_sticky", /true or false/],
  [
    "a port for both protocols that leaves nothing to it",
    vips(
      { port: 80 },
      { port: 80, protocol: "tcp" },
      { port: 80, protocol: "udp" },
    ),
    "vips[0]",
    /^nothing is left for 90\.1\.2\.1\/32 any\/80: tcp\/80 and udp\/80 are VIPs of their own$/,
  ],
  [
    "a port for both protocols twice",
    vips({ port: 80 }, { port: 80, encap: "gre6" }),
    "vips[1]",
    /^90\.1\.2\.1\/32 any\/80 is already at vips\[0\]$/,
  ],
  [
    "gre4 without a source says what would do in its place",
    withoutSources({}),
    "conf.ip4_src_address",
    /needs it for gre4, or conf\.ip4_entropy in its place$/,
  ],
  [
    "ipip over IPv6 without a source",
    { ...withoutSources({ encap: "ipip", ...IP6 }), conf: { ip4_src_address: "192.0.2.1" } },
    "conf.ip6_src_address",
    /needs it for ipip/,
  ],
  [
    "gue without a source, whatever prefix there is for entropy",
    { ...withoutSources({ encap: "gue", ...IP4 }), conf: { ip4_entropy: "10.64.0.0/10" } },
    "conf.ip4_src_address",
    /needs it for gue$/,
  ],
  [
    "the node's address as a VIP",
    vip({ prefix: "192.0.2.10/32" }),
    "conf.ip4_src_address",
    /^192\.0\.2\.10 is the VIP at vips\[0\]/,
  ],
  [
    "the node's IPv6 address as a VIP by port",
    vip({ prefix: "2001:db8::10/128", encap: "gre6", protocol: "tcp", port: 80 }),
    "conf.ip6_src_address",
    /^2001:db8::10 is the VIP at vips\[0\]/,
  ],
  [
    "an IPv6 prefix for the entropy of IPv4",
    conf({ ip4_entropy: "2001:db8::/64" }),
    "conf.ip4_entropy",
    /not an IPv4 prefix: "2001:db8::\/64"/,
  ],
  [
    "a prefix without a bit to choose",
    conf({ ip4_entropy: "10.0.0.0/31" }),
    "conf.ip4_entropy",
    /from \/8 to \/30, not 10\.0\.0\.0\/31/,
  ],
  [
    "an IPv6 prefix with one bit to choose",
    conf({ ip6_entropy: "2001:db8::/127" }),
    "conf.ip6_entropy",
    /from \/8 to \/126/,
  ],
  [
    "half of the Internet",
    conf({ ip4_entropy: "128.0.0.0/1" }),
    "conf.ip4_entropy",
    /from \/8 to \/30/,
  ],
  [
    "host bits in a prefix for entropy",
    conf({ ip6_entropy: "2001:db8::1/64" }),
    "conf.ip6_entropy",
    /the prefix is 2001:db8::\/64/,
  ],
  ...["224.0.0.0/8", "0.0.0.0/8", "127.0.0.0/8"].map((prefix): Row => [
    `sources that no host has: ${prefix}`,
    conf({ ip4_entropy: prefix }),
    "conf.ip4_entropy",
    /holds addresses that no host sends from/,
  ]),
  [
    "sources that no host has: ff00::/8",
    conf({ ip6_entropy: "ff00::/8" }),
    "conf.ip6_entropy",
    /ff00::\/8 holds addresses/,
  ],
  ["GUE to port 0", conf({ gue_port: 0 }), "conf.gue_port", /must be at least 1, not 0/],
  [
    "an interface that takes back what it cannot",
    { interfaces: { a: { device: "null", snat: ["gre4"] } } },
    "interfaces.a.snat[0]",
    /one of nat4, nat6, not "gre4"/,
  ],
  [
    "an interface with a word for a list",
    { interfaces: { a: { device: "null", snat: "nat4" } } },
    "interfaces.a.snat",
    /expected a list, not "nat4"/,
  ],
];

testRefusals(ROWS);
