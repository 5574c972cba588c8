/** l3dsr: the server's address as destination, the VIP in the DSCP. */
import { bytes, ethernet, ipv4, tcp, udp } from "./frame.ts";
import { icmpError, quoteOf, unreachable } from "./icmp.ts";
import { toHop } from "./expected/link.ts";
import {
  asked,
  bareUdpPacket,
  FOUR,
  packet,
  pingPacket,
  spoiled,
  tcpPacket,
  turned,
  udpPacket,
} from "./people.ts";
import { type Row, testRows } from "./table.ts";
import { tablesOf, type VipGiven } from "./tables.ts";

const ENDS = asked(FOUR);
const TO = { ...ENDS, to: FOUR.server };
const DSCP = 7;

function l3dsr(more: Partial<VipGiven> = {}) {
  const vip = { prefix: FOUR.prefix, encap: "l3dsr" as const, dscp: DSCP };
  return () => tablesOf([{ ...vip, servers: [FOUR.server], ...more }]);
}

function becomes(sentence: string, came: Uint8Array, leaves: Uint8Array): Row {
  return { sentence, frame: ethernet(came), verdict: "forwarded", out: [toHop(leaves)] };
}

/** What the header says afterwards. */
const left = { tos: DSCP << 2, ttl: 63 };
const OPTIONS = bytes(1, 1, 1, 0);

testRows(l3dsr(), [
  becomes("l3dsr sends TCP to the server, marked", tcpPacket(ENDS), tcpPacket(TO, left)),
  becomes("l3dsr sends UDP to the server, marked", udpPacket(ENDS), udpPacket(TO, left)),
  becomes(
    "l3dsr leaves a UDP checksum of 0 as it is",
    bareUdpPacket(ENDS),
    bareUdpPacket(TO, left),
  ),
  becomes(
    "l3dsr leaves a wrong UDP checksum wrong: nothing is repaired on the way",
    spoiled(udpPacket(ENDS), 26),
    spoiled(udpPacket(TO, left), 26),
  ),
  becomes(
    "l3dsr leaves a wrong TCP checksum wrong",
    spoiled(tcpPacket(ENDS), 36),
    spoiled(tcpPacket(TO, left), 36),
  ),
  ...[0, 1, 2, 3].map((ecn) =>
    becomes(
      `l3dsr puts its DSCP in place of the packet's and keeps its ECN bits ${ecn}`,
      tcpPacket(ENDS, { tos: 0xb8 | ecn }),
      tcpPacket(TO, { tos: DSCP << 2 | ecn, ttl: 63 }),
    )
  ),
  becomes(
    "l3dsr makes TTL 2 to 1",
    tcpPacket(ENDS, { ttl: 2 }),
    tcpPacket(TO, { ...left, ttl: 1 }),
  ),
  becomes(
    "l3dsr keeps id and don't-fragment",
    tcpPacket(ENDS, { id: 0xbeef, fragment: 0x4000 }),
    tcpPacket(TO, { ...left, id: 0xbeef, fragment: 0x4000 }),
  ),
  becomes(
    "l3dsr keeps IPv4 options",
    ipv4({ ...ENDS, protocol: 6, options: OPTIONS }, tcp(ENDS)),
    ipv4({ ...TO, ...left, protocol: 6, options: OPTIONS }, tcp(TO)),
  ),
  becomes(
    "l3dsr changes nothing in a protocol that has no such checksum",
    packet(ENDS, 132, new Uint8Array(20).fill(0x5a)),
    packet(TO, 132, new Uint8Array(20).fill(0x5a), left),
  ),
  becomes(
    "l3dsr sends a UDP header of which only the ports are there",
    packet(ENDS, 17, udp(ENDS).subarray(0, 4)),
    packet(TO, 17, udp(TO).subarray(0, 4), left),
  ),
  becomes(
    "l3dsr leaves the quote of an ICMP error alone: the server has the VIP's address itself",
    unreachable(FOUR.router, FOUR.vip, quoteOf(tcpPacket(turned(ENDS)))),
    icmpError({
      from: FOUR.router,
      to: FOUR.server,
      type: 3,
      code: 3,
      quote: quoteOf(tcpPacket(turned(ENDS))),
      ...left,
    }),
  ),
  {
    sentence: "l3dsr keeps VLAN tags",
    frame: ethernet(tcpPacket(ENDS), { vlans: [{ tag: 100 }] }),
    verdict: "forwarded",
    out: [toHop(tcpPacket(TO, left), bytes(0x81, 0, 0, 100))],
  },
  {
    sentence: "l3dsr leaves padding behind",
    frame: bytes(ethernet(udpPacket(ENDS)), new Uint8Array(7).fill(0xee)),
    verdict: "forwarded",
    out: [toHop(udpPacket(TO, left))],
  },
]);
testRows(l3dsr({ echo: false }), [
  becomes("l3dsr forwards a ping where it is to", pingPacket(ENDS), pingPacket(TO, left)),
]);
for (const dscp of [0, 1, 63]) {
  testRows(l3dsr({ dscp }), [
    becomes(
      `l3dsr marks with DSCP ${dscp}`,
      tcpPacket(ENDS, { tos: 0xff }),
      tcpPacket(TO, { tos: dscp << 2 | 3, ttl: 63 }),
    ),
  ]);
}
testRows(l3dsr({ protocol: 17, port: 80 }), [
  becomes("l3dsr of a port takes its protocol and port", udpPacket(ENDS), udpPacket(TO, left)),
  {
    sentence: "l3dsr of a port drops the other protocol",
    frame: ethernet(tcpPacket(ENDS)),
    verdict: "drop_no_port",
  },
]);
