/** nat4 and nat6: from the client to the server. */
import { bytes, ethernet, extension, ipv4, ipv6, tcp, udp } from "./frame.ts";
import { icmpError, quoteOf, unreachable } from "./icmp.ts";
import { toHop } from "./expected/link.ts";
import {
  asked,
  bareUdpPacket,
  FOUR,
  HELLO,
  packet,
  pingPacket,
  type Side,
  SIDES,
  SIX,
  spoiled,
  tcpPacket,
  turned,
  udpPacket,
} from "./people.ts";
import { type Row, testRows } from "./table.ts";
import { tablesOf, type VipGiven } from "./tables.ts";

/** One VIP with one server. */
function nat(side: Side, more: Partial<VipGiven> = {}) {
  return () =>
    tablesOf([{ prefix: side.prefix, encap: side.nat, servers: [side.server], ...more }]);
}

/** The packet comes, and the other one leaves to the servers' next hop. */
function becomes(sentence: string, packet: Uint8Array, other: Uint8Array, link = {}): Row {
  return { sentence, frame: ethernet(packet, link), verdict: "forwarded", out: [toHop(other)] };
}

for (const side of SIDES) {
  const { nat: encap } = side;
  const ends = asked(side);
  const to = { ...ends, to: side.server };
  const left = { ttl: 63 };
  testRows(nat(side), [
    becomes(`${encap} sends TCP to the server's address`, tcpPacket(ends), tcpPacket(to, left)),
    becomes(`${encap} sends UDP to the server's address`, udpPacket(ends), udpPacket(to, left)),
    becomes(
      `${encap} leaves a UDP checksum of 0 as it is`,
      bareUdpPacket(ends),
      bareUdpPacket(to, left),
    ),
    becomes(
      `${encap} of all ports keeps the port`,
      tcpPacket(asked(side, { dport: 4711 })),
      tcpPacket({ ...to, dport: 4711 }, left),
    ),
    becomes(
      `${encap} keeps TOS or class, DSCP and ECN`,
      tcpPacket(ends, { tos: 0xb9 }),
      tcpPacket(to, { tos: 0xb9, ttl: 63 }),
    ),
    becomes(`${encap} makes TTL 2 to 1`, tcpPacket(ends, { ttl: 2 }), tcpPacket(to, { ttl: 1 })),
    becomes(
      `${encap} sends an empty segment`,
      tcpPacket(ends, {}, bytes()),
      tcpPacket(to, left, bytes()),
    ),
    becomes(
      `${encap} sends an odd number of bytes`,
      udpPacket(ends, {}, bytes(1, 2, 3)),
      udpPacket(to, left, bytes(1, 2, 3)),
    ),
    becomes(
      `${encap} does not send Ethernet's padding on`,
      tcpPacket(ends, {}, bytes()),
      tcpPacket(to, left, bytes()),
    ),
  ]);
  testRows(nat(side), [{
    sentence: `${encap} keeps two VLAN tags`,
    frame: ethernet(tcpPacket(ends), { vlans: [{ type: 0x88a8, tag: 7 }, { tag: 100 }] }),
    verdict: "forwarded",
    out: [toHop(tcpPacket(to, left), bytes(0x88, 0xa8, 0, 7, 0x81, 0, 0, 100))],
  }, {
    sentence: `${encap} leaves padding behind`,
    frame: bytes(ethernet(udpPacket(ends)), new Uint8Array(9).fill(0xee)),
    verdict: "forwarded",
    out: [toHop(udpPacket(to, left))],
  }]);
  testRows(nat(side, { port: 80, protocol: 6, targetPort: 8080 }), [
    becomes(
      `${encap} sends TCP to the target port`,
      tcpPacket(ends),
      tcpPacket({ ...to, dport: 8080 }, left),
    ),
  ]);
  testRows(nat(side, { port: 53, protocol: 17, targetPort: 5353 }), [
    becomes(
      `${encap} sends UDP to the target port`,
      udpPacket(asked(side, { dport: 53 })),
      udpPacket({ ...to, dport: 5353 }, left),
    ),
    becomes(
      `${encap} leaves a UDP checksum of 0 as it is when the port changes, too`,
      bareUdpPacket(asked(side, { dport: 53 })),
      bareUdpPacket({ ...to, dport: 5353 }, left),
    ),
  ]);
  testRows(nat(side, { port: 3306 }), [
    becomes(
      `${encap} by port without a target port keeps the port`,
      tcpPacket(asked(side, { dport: 3306 })),
      tcpPacket({ ...to, dport: 3306 }, left),
    ),
    becomes(
      `${encap} of a port without a protocol takes UDP, too`,
      udpPacket(asked(side, { dport: 3306 })),
      udpPacket({ ...to, dport: 3306 }, left),
    ),
    {
      sentence: `${encap} by port drops other ports`,
      frame: ethernet(tcpPacket(ends)),
      verdict: "drop_no_port",
    },
  ]);
  testRows(nat(side, { echo: false }), [
    becomes(`${encap} forwards a ping`, pingPacket(ends), pingPacket(to, left)),
  ]);
  const ports = { ...to, dport: 8080 };
  testRows(nat(side, { port: 80, targetPort: 8080, echo: false }), [
    becomes(
      `${encap} by port forwards a ping, which has no port`,
      pingPacket(ends),
      pingPacket(to, left),
    ),
  ]);

  const answer = turned(ends);
  const about = turned(ports);
  for (
    const [what, sent, seen] of [
      ["TCP", tcpPacket(answer), tcpPacket(about)],
      ["UDP", udpPacket(answer), udpPacket(about)],
      ["UDP without a checksum", bareUdpPacket(answer), bareUdpPacket(about)],
    ] as const
  ) {
    for (const l4 of what === "TCP" ? [8, 16, 18, 20, 30] : [8, 20]) {
      testRows(nat(side, { port: 80, targetPort: 8080 }), [
        becomes(
          `${encap} translates inside an error that quotes ${l4} bytes of ${what}`,
          unreachable(side.router, side.vip, quoteOf(sent, l4)),
          errorAfter(side, quoteOf(seen, l4)),
        ),
      ]);
    }
  }
}

/** The error as the server has to get it: its ICMP checksum is right for what it quotes. */
function errorAfter(side: Side, quote: Uint8Array) {
  const kind = side.family === 4 ? { type: 3, code: 3 } : { type: 1, code: 4 };
  return icmpError({ ...kind, from: side.router, to: side.server, quote, ttl: 63 });
}

const V4 = asked(FOUR);
const V6 = asked(SIX);
testRows(nat(FOUR, { port: 80, targetPort: 8080 }), [
  becomes(
    "a wrong TCP checksum stays wrong by as much",
    spoiled(tcpPacket(V4), 36),
    spoiled(tcpPacket({ ...V4, to: FOUR.server, dport: 8080 }, { ttl: 63 }), 36),
  ),
  becomes(
    "IPv4 options stay, and ports are found behind them",
    ipv4({ ...V4, protocol: 6, options: bytes(7, 7, 4, 0, 0, 0, 0, 0) }, tcp(V4)),
    ipv4(
      {
        from: V4.from,
        to: FOUR.server,
        ttl: 63,
        protocol: 6,
        options: bytes(7, 7, 4, 0, 0, 0, 0, 0),
      },
      tcp({ ...V4, to: FOUR.server, dport: 8080 }),
    ),
  ),
  becomes(
    "a TCP header of which only the ports are there keeps what it has",
    ipv4({ ...V4, protocol: 6 }, tcp(V4).subarray(0, 15)),
    ipv4(
      { from: V4.from, to: FOUR.server, ttl: 63, protocol: 6 },
      tcp({ ...V4, to: FOUR.server, dport: 8080 }).subarray(0, 15),
    ),
  ),
  becomes(
    "a UDP sum that comes to 0 is written as 0xffff",
    packet(V4, 17, zeroSum({ ...V4, to: FOUR.server, dport: 8080 }, V4)),
    packet({ ...V4, to: FOUR.server }, 17, zeroSum({ ...V4, to: FOUR.server, dport: 8080 }), {
      ttl: 63,
    }),
  ),
]);
testRows(nat(SIX, { port: 80, targetPort: 8080 }), [
  becomes(
    "IPv6 extension headers stay, and ports are found behind them",
    ipv6({ ...V6, protocol: 17, extensions: [extension(0), extension(60, 2)] }, udp(V6, HELLO)),
    ipv6(
      {
        from: V6.from,
        to: SIX.server,
        hopLimit: 63,
        protocol: 17,
        extensions: [extension(0), extension(60, 2)],
      },
      udp({ ...V6, to: SIX.server, dport: 8080 }, HELLO),
    ),
  ),
]);
testRows(nat(FOUR), [
  becomes(
    "other protocols to a VIP of all ports get the server's address",
    packet(V4, 132, bytes(1, 2, 3, 4, 5, 6, 7, 8)),
    packet({ ...V4, to: FOUR.server }, 132, bytes(1, 2, 3, 4, 5, 6, 7, 8), { ttl: 63 }),
  ),
]);

/** A UDP segment whose sum, once its ends are `there`, comes to 0; by default it stands there already. */
function zeroSum(there: typeof V4, now = there): Uint8Array {
  // The payload's word takes what the checksum would have been.
  const first = udp(there, bytes(0, 0));
  const word = first.subarray(6, 8);
  return udp(now, word);
}
