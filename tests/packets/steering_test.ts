import { authentication, be, bytes, ethernet, extension, fragmentHeader } from "./frame.ts";
import { ipv4, ipv6, tcp, udp } from "./frame.ts";
import { echo, echo6 } from "./icmp.ts";
import type { Encap } from "../../lib/dataplane.ts";
import { type Row, testRows } from "./table.ts";
import { tablesOf } from "./tables.ts";

const CLIENT4 = "203.0.113.7";
const CLIENT6 = "2001:db8:77::7";
const VIP4 = "90.1.2.3";
const VIP6 = "2002:5a01::3";
const V4 = { from: CLIENT4, to: VIP4, sport: 40001, dport: 80 };
const V6 = { from: CLIENT6, to: VIP6, sport: 40001, dport: 80 };
const HELLO = new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n");

const ip4 = (protocol: number, payload: Uint8Array, more = {}) =>
  ipv4({ from: CLIENT4, to: VIP4, protocol, ...more }, payload);
const ip6 = (protocol: number, payload: Uint8Array, more = {}) =>
  ipv6({ from: CLIENT6, to: VIP6, protocol, ...more }, payload);

/** A row whose packet goes on unchanged inside the tunnel. */
function carried(sentence: string, packet: Uint8Array, link = {}): Row {
  const frame = ethernet(packet, link);
  return { sentence, frame, verdict: "forwarded", inside: packet };
}

/** The same, with VLAN tags in the frame. */
function tagged(sentence: string, packet: Uint8Array, tags: Uint8Array): Row {
  const plain = ethernet(packet);
  const frame = bytes(plain.subarray(0, 12), tags, plain.subarray(12));
  return { sentence, frame, verdict: "forwarded", inside: packet, tags };
}

/** Both families of VIP over one tunnel; pings go through it, too. */
function over(encap: Encap, servers: string[]) {
  return () =>
    tablesOf([
      { prefix: "90.0.0.0/8", encap, echo: false, servers },
      { prefix: "2002::/16", encap, echo: false, servers: servers.slice(1) },
    ]);
}
const SERVERS4 = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];
const SERVERS6 = ["2001:db8:1::1", "2001:db8:1::2", "2001:db8:1::3"];
const overIp4 = over("gre4", SERVERS4);
const overIp6 = over("gre6", SERVERS6);

for (
  const [tables, encap] of [
    [overIp4, "gre4"],
    [overIp6, "gre6"],
    [over("ipip", SERVERS4), "ipip over IPv4"],
    [over("ipip", SERVERS6), "ipip over IPv6"],
    [over("ipip", ["10.0.0.1", "2001:db8:1::1", "10.0.0.2"]), "ipip over either"],
    [over("gue", SERVERS4), "gue over IPv4"],
    [over("gue", SERVERS6), "gue over IPv6"],
    [over("gue", ["10.0.0.1", "2001:db8:1::1", "10.0.0.2"]), "gue over either"],
  ] as const
) {
  testRows(tables, [
    carried(`${encap} carries a TCP packet over IPv4`, ip4(6, tcp(V4, HELLO))),
    carried(`${encap} carries a TCP packet over IPv6`, ip6(6, tcp(V6, HELLO))),
    carried(`${encap} carries a UDP packet over IPv4`, ip4(17, udp(V4, HELLO))),
    carried(`${encap} carries a UDP packet over IPv6`, ip6(17, udp(V6, HELLO))),
    carried(`${encap} carries an empty UDP packet over IPv4`, ip4(17, udp(V4))),
    carried(`${encap} carries an odd number of bytes`, ip4(17, udp(V4, bytes(1, 2, 3)))),
    carried(`${encap} carries 1,500 bytes over IPv4`, ip4(6, tcp(V4, new Uint8Array(1460)))),
    carried(`${encap} carries 9,000 bytes over IPv6`, ip6(6, tcp(V6, new Uint8Array(8940)))),
    carried(
      `${encap} copies TOS, DSCP and ECN, to the outer header`,
      ip4(6, tcp(V4), { tos: 0xb9 }),
    ),
    carried(
      `${encap} copies "congestion experienced" to the outer header`,
      ip4(6, tcp(V4), { tos: 0x03 }),
    ),
    carried(
      `${encap} copies the traffic class to the outer header, and not the flow label`,
      ip6(6, tcp(V6), { trafficClass: 0xb9, flowLabel: 0x12345 }),
    ),
    carried(
      `${encap} copies don't-fragment and leaves the inner id as it is`,
      ip4(6, tcp(V4), { id: 0xbeef, fragment: 0x4000 }),
    ),
    carried(`${encap} carries TTL 1 as it is`, ip4(6, tcp(V4), { ttl: 1 })),
    carried(`${encap} carries hop limit 1 as it is`, ip6(6, tcp(V6), { hopLimit: 1 })),
    carried(`${encap} carries an echo request that is forwarded`, ip4(1, echo())),
    carried(
      `${encap} carries an ICMPv6 echo request that is forwarded`,
      ip6(58, echo6({ from: CLIENT6, to: VIP6 })),
    ),
    tagged(`${encap} keeps a VLAN tag`, ip4(6, tcp(V4)), bytes(0x81, 0x00, 0x20, 0x64)),
    tagged(
      `${encap} keeps two VLAN tags`,
      ip6(6, tcp(V6)),
      bytes(0x88, 0xa8, 0, 7, 0x81, 0x00, 0, 100),
    ),
  ]);
}

testRows(overIp4, [
  carried("a SYN goes on like any packet", ip4(6, tcp(V4, bytes(), 0x02))),
  carried("a UDP checksum of 0 stays 0 in IPv4", ip4(17, udp(V4, HELLO, true))),
  carried("a UDP checksum of 0 stays 0 in IPv6", ip6(17, udp(V6, HELLO, true))),
  carried("a wrong L4 checksum is the server's to see", ip4(17, bytes(udp(V4), be(0xdead, 2)))),
  carried(
    "IPv4 options stay where they are, and ports are read behind them",
    ip4(6, tcp(V4), { options: bytes(1, 1, 1, 1, 7, 7, 4, 0, 0, 0, 0, 0) }),
  ),
  carried(
    "the longest IPv4 header with options is carried",
    ip4(6, tcp(V4), { options: new Uint8Array(40).fill(1) }),
  ),
  carried("an ICMP timestamp request is carried", ip4(1, bytes(13, 0, new Uint8Array(18)))),
  carried("ICMP of no length is carried", ip4(1, bytes())),
  carried("an ICMPv6 packet is carried", ip6(58, bytes(200, 0, 0, 0, 0, 1, 0, 1))),
  carried("ESP is carried", ip4(50, bytes(be(7, 4), be(1, 4), new Uint8Array(24)))),
  carried("SCTP is carried", ip4(132, bytes(be(40001, 2), be(80, 2), new Uint8Array(12)))),
  carried("GRE inside GRE is carried", ip4(47, bytes(0, 0, 0x08, 0x00, ip4(6, tcp(V4))))),
  carried("a protocol that nobody knows is carried", ip4(253, bytes(1))),
  carried("an IPv4 packet without payload is carried", ip4(253, bytes())),
  carried("an IPv6 packet without payload is carried", ip6(253, bytes())),
  carried("an IPv6 packet with no next header (59) is carried", ip6(59, bytes())),
  carried(
    "a first fragment is carried",
    ip4(17, udp(V4, new Uint8Array(64)), { fragment: 0x2000 }),
  ),
  {
    sentence: "a first fragment too short for its ports is bad",
    frame: ethernet(ip4(6, bytes(1, 2), { fragment: 0x2000 })),
    verdict: "drop_bad_length",
  },
  carried(
    "a later fragment of a protocol without ports is carried at once",
    ip4(50, new Uint8Array(9), { fragment: 0x2009 }),
  ),
]);

const EXTENSIONS = [
  ["hop-by-hop options", [extension(0)]],
  ["a routing header", [extension(43, 3)]],
  ["destination options", [extension(60, 2)]],
  ["an authentication header", [authentication()]],
  ["an authentication header whose length is no multiple of 8", [authentication(16)]],
  ["an atomic fragment header", [fragmentHeader(0, false)]],
  ["the first fragment's header", [fragmentHeader(0, true)]],
  ["the longest header", [extension(60, 256)]],
  ["hop-by-hop, destination, routing, atomic fragment and authentication headers in a row", [
    extension(0),
    extension(60),
    extension(43),
    fragmentHeader(0, false),
    authentication(),
    extension(60, 2),
  ]],
  ["eight headers", Array.from({ length: 8 }, () => extension(60))],
] as const;

testRows(
  overIp4,
  EXTENSIONS.flatMap(([what, extensions]) => [
    carried(`TCP behind ${what} is carried`, ip6(6, tcp(V6, HELLO), { extensions })),
    carried(`UDP behind ${what} is carried by the same bytes`, ip6(17, udp(V6), { extensions })),
  ]),
);
testRows(overIp6, [
  carried(
    "IPv6 extension headers go on over IPv6, too",
    ip6(6, tcp(V6, HELLO), { extensions: [extension(0), fragmentHeader(0, false)] }),
  ),
]);

const packet = ip4(6, tcp(V4));
testRows(overIp4, [
  tagged("a VLAN tag stays", packet, bytes(0x81, 0x00, 0x20, 0x64)),
  tagged("a VLAN tag before IPv6 stays", ip6(6, tcp(V6)), bytes(0x81, 0x00, 0x00, 0x64)),
  tagged("two VLAN tags (QinQ) stay", packet, bytes(0x88, 0xa8, 0, 7, 0x81, 0x00, 0, 100)),
  {
    sentence: "three VLAN tags are left to the kernel",
    frame: ethernet(packet, { vlans: [{ tag: 1 }, { tag: 2 }, { tag: 3 }] }),
    verdict: "left_ethertype",
  },
  {
    sentence: "padding behind a short IPv4 packet does not go into the tunnel",
    frame: bytes(ethernet(packet), new Uint8Array(6).fill(0xee)),
    verdict: "forwarded",
    inside: packet,
  },
  {
    sentence: "padding behind an IPv6 packet does not go into the tunnel",
    frame: bytes(ethernet(ip6(59, bytes())), new Uint8Array(40).fill(0xee)),
    verdict: "forwarded",
    inside: ip6(59, bytes()),
  },
  {
    sentence: "padding does not count as ports",
    frame: bytes(ethernet(ip4(6, bytes(1, 2))), new Uint8Array(40)),
    verdict: "drop_bad_length",
  },
  carried("any destination MAC address is taken in a simulation", packet, {
    to: bytes(1, 2, 3, 4, 5, 6),
  }),
]);
