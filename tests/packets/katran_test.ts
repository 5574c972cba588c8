/**
 * Katran's fixtures, as far as they apply: its IPIP and GUE lists, "too big", and VIPs by prefix. What Katran drops or
 * passes up is here what Guideway does in its place.
 */
import assert from "node:assert/strict";
import type { Encap } from "../../lib/dataplane.ts";
import { SOURCE4, SOURCE6, toSender } from "./expected/link.ts";
import { toldTooBig } from "./expected/told.ts";
import { freeOf } from "./expected/tunnel.ts";
import { hexAddress } from "./addresses.ts";
import { bytes, ethernet, ipv4, tcp } from "./frame.ts";
import { quoteOf, tooBig } from "./icmp.ts";
import { fragmentsOf } from "./model/pieces.ts";
import {
  asked,
  FOUR,
  packet,
  pingPacket,
  pongPacket,
  SIX,
  sized,
  tcpPacket,
  turned,
  udpPacket,
} from "./people.ts";
import { type Row, testRows } from "./table.ts";
import { type Settings, tablesOf, type VipGiven } from "./tables.ts";
import { steeringTest } from "./traffic.ts";

const V4 = "10.200.1.1";
const V4_ANY = "10.200.1.3";
const V4_TO_6 = "10.200.1.5";
const V6 = "fc00:1::1";
const EMPTY4 = "10.200.1.9";
const EMPTY6 = "fc00:1::9";
const REALS4 = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];
const REALS6 = ["fc00::1", "fc00::2", "fc00::3"];

const host = (address: string) => `${address}/${address.includes(":") ? 128 : 32}`;

/** Katran's VIPs over one of its two tunnels; sources with entropy as it takes them. */
function katran(encap: Encap, settings: Settings = {}) {
  const vip = (address: string, port: number | undefined, servers: string[]): VipGiven => ({
    prefix: host(address),
    encap,
    servers,
    ...port === undefined ? {} : { port },
  });
  const given = { entropy4: "172.16.0.0/16", entropy6: "100::/64", guePort: 9886, ...settings };
  return tablesOf([
    vip(V4, 80, REALS4),
    vip(V4_ANY, undefined, REALS4),
    vip(V4_TO_6, 80, REALS6),
    vip(V6, 80, REALS6),
    vip(EMPTY4, 80, []),
    vip(EMPTY6, 80, []),
  ], given);
}

const four = (to: string, more = {}) =>
  asked(FOUR, { from: "192.168.1.1", to, sport: 31337, ...more });
const six = (to: string, more = {}) => asked(SIX, { from: "fc00:2::1", to, sport: 31337, ...more });
const carried = (sentence: string, inner: Uint8Array): Row => ({
  sentence,
  frame: ethernet(inner),
  verdict: "forwarded",
  inside: inner,
});
const ends = (sentence: string, inner: Uint8Array, verdict: string): Row => ({
  sentence,
  frame: ethernet(inner),
  verdict,
});

for (const encap of ["ipip", "gue"] as const) {
  const k = (n: number | string, what: string) => `Katran ${encap} ${n}: ${what}`;
  const cut = fragmentsOf(udpPacket(four(V4), {}, new Uint8Array(2000)), 1024, 4);
  const cut6 = fragmentsOf(udpPacket(six(V6), {}, new Uint8Array(2000)), 1024, 4);
  testRows(() => katran(encap), [
    carried(k(1, "UDP to an IPv4 VIP goes to an IPv4 real"), udpPacket(four(V4))),
    carried(k(2, "so does TCP"), tcpPacket(four(V4))),
    carried(k(3, "the outer TOS is the inner one"), tcpPacket(four(V4), { tos: 0x8c })),
    carried(k(4, "a VIP of any port takes port 42"), udpPacket(four(V4_ANY, { dport: 42 }))),
    carried(k(5, "IPv4 goes to an IPv6 real"), tcpPacket(four(V4_TO_6))),
    carried(k(6, "IPv6 goes to an IPv6 real"), tcpPacket(six(V6))),
    carried(k(7, "the outer class is the inner one"), tcpPacket(six(V6), { tos: 0x8c })),
    {
      sentence: k(8, "a ping to an IPv4 VIP is answered"),
      frame: ethernet(pingPacket(four(V4))),
      verdict: "answered",
      out: [toSender(pongPacket(turned(four(V4))))],
    },
    {
      sentence: k(9, "a ping to an IPv6 VIP is answered"),
      frame: ethernet(pingPacket(six(V6))),
      verdict: "answered",
      out: [toSender(pongPacket(turned(six(V6))))],
    },
    carried(
      k(12, "a packet with IPv4 options, which Katran drops"),
      ipv4({ ...four(V4), protocol: 6, options: bytes(1, 1, 1, 0) }, tcp(four(V4))),
    ),
    carried(k(13, "a fragment, which Katran drops"), cut[0]!),
    carried(k(14, "an IPv6 fragment, which Katran drops"), cut6[0]!),
    ends(k(15, "a port that is no IPv4 VIP's"), tcpPacket(four(V4, { dport: 1 })), "drop_no_port"),
    ends(k(16, "a port that is no IPv6 VIP's"), tcpPacket(six(V6, { dport: 1 })), "drop_no_port"),
    {
      sentence: k(17, "ARP is the kernel's"),
      frame: ethernet(new Uint8Array(28), { type: 0x0806 }),
      verdict: "left_ethertype",
    },
    ends(
      k(21, "IPv4 in IPv4 to the node itself is the kernel's"),
      packet(asked(FOUR, { to: SOURCE4 }), 4, tcpPacket(four(V4))),
      "left_not_vip",
    ),
    ends(
      k(22, "IPv6 in IPv6 to the node itself is the kernel's"),
      packet(asked(SIX, { to: SOURCE6 }), 41, tcpPacket(six(V6))),
      "left_not_vip",
    ),
    ends(
      k(23, "IPv4 in IPv6 to the node itself is the kernel's"),
      packet(asked(SIX, { to: SOURCE6 }), 4, tcpPacket(four(V4))),
      "left_not_vip",
    ),
    ends(
      k("21b", "GUE to the node itself is the kernel's"),
      udpPacket(asked(FOUR, { to: SOURCE4, dport: 9886 }), {}, tcpPacket(four(V4))),
      "left_not_vip",
    ),
    ends(k("37", "TCP to an IPv4 VIP without reals"), tcpPacket(four(EMPTY4)), "drop_no_server"),
    ends(k("38", "UDP to an IPv6 VIP without reals"), udpPacket(six(EMPTY6)), "drop_no_server"),
  ]);
  for (
    const [n, make, to, side] of [
      [10, four, V4, FOUR],
      [11, six, V6, SIX],
    ] as const
  ) {
    steeringTest(
      k(n, `"too big" over IPv${side.family} goes to the flow's real, with the flow's entropy`),
      katran(encap),
      (sim) => {
        for (let sport = 1000; sport < 1040; sport++) {
          const flow = make(to, { sport });
          const quote = quoteOf(tcpPacket(turned(flow)), 20);
          const error = tooBig(side.router, to, 1400, quote);
          const results = sim.frames([ethernet(tcpPacket(flow)), ethernet(error)]);
          const [a, b] = results.map(({ server, output }) => {
            const { source, sport } = freeOf(output!);
            return [server, hexAddress(source), encap === "gue" ? sport : 0];
          });
          assert.deepEqual(b, a);
        }
      },
    );
  }
  steeringTest(k(18, "the second packet of a flow goes to the same real"), katran(encap), (sim) => {
    const frame = ethernet(tcpPacket(four(V4)));
    const results = sim.frames([frame, frame]);
    assert.equal(results[1]?.server, results[0]?.server);
    assert.equal(results[1]?.decided, "flow");
  });
  for (const [n, pieces] of [[13, cut], [14, cut6]] as const) {
    steeringTest(k(n, "fragments of one datagram go to one real"), katran(encap), (sim) => {
      const results = sim.frames(pieces.map((piece) => ethernet(piece)));
      assert.ok(results.every(({ verdict }) => verdict === "forwarded"));
      assert.equal(new Set(results.map(({ server }) => server)).size, 1);
    });
  }
  const big4 = sized(four(V4), 1501, { fragment: 0x4000 });
  const big6 = sized(six(V6), 1501);
  const left = (outer: number) => 1500 - outer - (encap === "gue" ? 8 : 0);
  testRows(() => katran(encap, { mtu: 1500 }), [
    {
      sentence: k(35, "of an IPv4 packet that is too big the client is told, by the VIP"),
      frame: ethernet(big4),
      verdict: "drop_too_big",
      told: toldTooBig(big4, four(V4), left(20)),
    },
    {
      sentence: k(35, "of an IPv6 packet that is too big the client is told, by the VIP"),
      frame: ethernet(big6),
      verdict: "drop_too_big",
      told: toldTooBig(big6, six(V6), left(40)),
    },
  ]);
}

/** VIPs by prefix: of one port, and of all. */
const prefixes = () =>
  tablesOf([
    { prefix: "fc00:10::/64", port: 80, protocol: 6, encap: "ipip", servers: REALS6 },
    { prefix: "fc00:20::/64", encap: "ipip", servers: REALS6 },
    { prefix: "10.201.0.0/16", port: 53, protocol: 17, encap: "ipip", servers: REALS4 },
  ]);
testRows(prefixes, [
  carried("Katran prefix 1: an address of a prefix", tcpPacket(six("fc00:10::1"))),
  carried("Katran prefix 2: another address of it", tcpPacket(six("fc00:10::ffff:1"))),
  carried(
    "Katran prefix 3: any port of a prefix of all ports",
    tcpPacket(six("fc00:20::1", { dport: 9 })),
  ),
  carried(
    "Katran prefix 4: UDP to a prefix of all ports",
    udpPacket(six("fc00:20::2", { dport: 9 })),
  ),
  ends(
    "Katran prefix 5: another port of a prefix by port",
    tcpPacket(six("fc00:10::1", { dport: 81 })),
    "drop_no_port",
  ),
  ends(
    "Katran prefix 6: the other protocol of a prefix by port",
    udpPacket(six("fc00:10::1")),
    "drop_no_port",
  ),
  ends(
    "Katran prefix 7: an address beside the prefix",
    tcpPacket(six("fc00:10:0:1::1")),
    "left_not_vip",
  ),
  carried(
    "Katran prefix 8: an IPv4 prefix, which Katran refuses",
    udpPacket(four("10.201.9.9", { dport: 53 })),
  ),
  ends(
    "Katran prefix 9: an address beside the IPv4 prefix",
    udpPacket(four("10.202.0.1", { dport: 53 })),
    "left_not_vip",
  ),
]);
