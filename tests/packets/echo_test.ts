/** Pings to a VIP. */
import assert from "node:assert/strict";
import { SOURCE4, SOURCE6, toSender } from "./expected/link.ts";
import { bytes, checksum, ethernet, extension, fragmentHeader, ipv4, ipv6, mac } from "./frame.ts";
import { echo, echo6, echoReply6, icmp4, icmp6 } from "./icmp.ts";
import { fragmentsOf } from "./model/pieces.ts";
import {
  asked,
  FOUR,
  packet,
  pingPacket,
  pongPacket,
  type Side,
  SIDES,
  SIX,
  turned,
} from "./people.ts";
import { hex, leavingOf, type Row, testRows } from "./table.ts";
import { tablesOf, type VipGiven } from "./tables.ts";
import { counters, steeringTest, vipCounters } from "./traffic.ts";

function vip(side: Side, more: Partial<VipGiven> = {}) {
  return () => tablesOf([{ prefix: side.prefix, servers: ["10.0.0.1", "10.0.0.2"], ...more }]);
}

function answered(sentence: string, ping: Uint8Array, pong: Uint8Array): Row {
  return { sentence, frame: ethernet(ping), verdict: "answered", out: [toSender(pong)] };
}

for (const side of SIDES) {
  const over = `IPv${side.family}`;
  const ends = asked(side);
  const back = turned(ends);
  testRows(vip(side), [
    answered(`a ping over ${over} is answered from the VIP`, pingPacket(ends), pongPacket(back)),
    answered(
      `a ping over ${over} to another address of the prefix is answered from that`,
      pingPacket({ ...ends, to: side.other }),
      pongPacket({ ...back, from: side.other }),
    ),
    answered(
      `a ping over ${over} is answered however small its TTL, with one of its own`,
      pingPacket(ends, { ttl: 1 }),
      pongPacket(back),
    ),
    answered(
      `the answer over ${over} keeps TOS or class`,
      pingPacket(ends, { tos: 0xb9 }),
      pongPacket(back, { tos: 0xb9 }),
    ),
    answered(
      `an empty ping over ${over} is answered`,
      pingPacket(ends, {}, bytes()),
      pongPacket(back, {}, bytes()),
    ),
    answered(
      `a ping of 1,400 bytes over ${over} is answered whole`,
      pingPacket(ends, {}, new Uint8Array(1400).fill(0x5a)),
      pongPacket(back, {}, new Uint8Array(1400).fill(0x5a)),
    ),
    {
      sentence: `the answer over ${over} has the VLAN tags of the ping`,
      frame: ethernet(pingPacket(ends), { vlans: [{ tag: 5 }, { tag: 6 }] }),
      verdict: "answered",
      out: [toSender(pongPacket(back), bytes(0x81, 0, 0, 5, 0x81, 0, 0, 6))],
    },
    {
      sentence: `the answer over ${over} has no padding of the ping`,
      frame: bytes(ethernet(pingPacket(ends, {}, bytes())), new Uint8Array(18).fill(0xee)),
      verdict: "answered",
      out: [toSender(pongPacket(back, {}, bytes()))],
    },
    {
      sentence: `a ping over ${over} to no VIP is left to the kernel`,
      frame: ethernet(pingPacket({ ...ends, to: side.family === 4 ? "91.1.1.1" : "2003::1" })),
      verdict: "left_not_vip",
    },
  ]);
  testRows(vip(side, { protocol: 6, port: 80 }), [
    answered(
      `a ping over ${over} to a VIP by port is answered`,
      pingPacket(ends),
      pongPacket(back),
    ),
  ]);
  testRows(vip(side, { servers: [] }), [
    answered(
      `a ping over ${over} is answered even without a server`,
      pingPacket(ends),
      pongPacket(back),
    ),
  ]);
  testRows(vip(side, { echo: false }), [{
    sentence: `a ping over ${over} goes to a server where it is to`,
    frame: ethernet(pingPacket(ends)),
    verdict: "forwarded",
    inside: pingPacket(ends),
  }]);
  testRows(vip(side, { echo: false, protocol: 17, port: 53 }), [{
    sentence: `a ping over ${over} that is to be forwarded goes to a server of a VIP by port, too`,
    frame: ethernet(pingPacket(ends)),
    verdict: "forwarded",
    inside: pingPacket(ends),
  }]);
  testRows(
    vip(side, { encap: side.nat, protocol: 6, port: 80, nodePort: 30000, servers: [side.server] }),
    [{
      sentence: `a ping over ${over} to the node's own address is its kernel's, node port or not`,
      frame: ethernet(pingPacket({ ...ends, to: side.family === 4 ? SOURCE4 : SOURCE6 })),
      verdict: "left_not_vip",
    }],
  );
  const long = pingPacket(ends, {}, new Uint8Array(3000).map((_, i) => i * 3));
  const whole = pongPacket(back, {}, new Uint8Array(3000).map((_, i) => i * 3));
  const asksIn = fragmentsOf(long, 1024, 77);
  const answersIn = fragmentsOf(whole, 1024, 77);
  testRows(
    vip(side),
    asksIn.map((piece, i) =>
      answered(
        `a ping over ${over} in fragments is answered fragment by fragment: ${i}`,
        piece,
        answersIn[i]!,
      )
    ),
  );
  steeringTest(
    `a ping over ${over} in fragments that is to be forwarded goes to one server`,
    vip(side, { echo: false })(),
    (sim) => {
      const results = sim.frames(asksIn.toReversed().map((piece) => ethernet(piece)));
      assert.ok(results.every(({ verdict }) => verdict === "forwarded"));
      assert.equal(new Set(results.map(({ server }) => server)).size, 1);
    },
  );
  steeringTest(
    `pings over ${over} are counted for their VIP, and are no flows`,
    vip(side)(),
    (sim) => {
      sim.frames([ethernet(pingPacket(ends)), ethernet(pingPacket(ends))]);
      assert.equal(vipCounters(sim, 0).answered, 2);
      assert.equal(vipCounters(sim, 0).packets, 0);
      assert.equal(counters(sim).answered, 2);
      assert.equal(counters(sim).tx_packets, 2);
      assert.equal(sim.tableUse().flows, 0);
    },
  );
}

const V4 = asked(FOUR);
const V6 = asked(SIX);
const OPTIONS = bytes(1, 1, 1, 0);
testRows(vip(FOUR), [
  answered(
    "a ping's IPv4 options stay",
    ipv4({ ...V4, protocol: 1, options: OPTIONS }, echo()),
    ipv4({ from: V4.to, to: V4.from, protocol: 1, options: OPTIONS }, reply4(echo())),
  ),
  answered(
    "a wrong ICMP checksum is as wrong in the answer: its sender will see",
    packet(V4, 1, wrong(echo())),
    packet(turned(V4), 1, wrong(reply4(echo()))),
  ),
  {
    sentence: "a ping of fewer than 8 bytes is none",
    frame: ethernet(packet(V4, 1, bytes(8, 0, 0xf7, 0xff))),
    verdict: "forwarded",
    inside: packet(V4, 1, bytes(8, 0, 0xf7, 0xff)),
  },
  {
    sentence: "an echo reply is no request",
    frame: ethernet(pongPacket(V4)),
    verdict: "forwarded",
    inside: pongPacket(V4),
  },
  ...["0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255"].map((from): Row => ({
    sentence: `a ping from ${from}, which is no host's address, is not answered`,
    frame: ethernet(pingPacket({ ...V4, from })),
    verdict: "forwarded",
    inside: pingPacket({ ...V4, from }),
  })),
  {
    sentence: "a ping in a group's frame is not answered",
    frame: ethernet(pingPacket(V4), { to: mac("01:00:5e:00:00:01") }),
    verdict: "forwarded",
    inside: pingPacket(V4),
  },
]);
testRows(vip(SIX), [
  answered(
    "the answer to a ping behind extension headers has none",
    ipv6({
      ...V6,
      protocol: 58,
      extensions: [extension(0), extension(43, 3), fragmentHeader(0, false)],
    }, echo6(V6)),
    ipv6({ from: V6.to, to: V6.from, protocol: 58 }, echoReply6(turned(V6))),
  ),
  {
    sentence: "a neighbour solicitation is no ping",
    frame: ethernet(packet(V6, 58, icmp6(V6, 135, 0, new Uint8Array(20)))),
    verdict: "forwarded",
    inside: packet(V6, 58, icmp6(V6, 135, 0, new Uint8Array(20))),
  },
]);

/** The reply to an echo request, summed anew. */
function reply4(request: Uint8Array) {
  return icmp4(0, 0, request.subarray(4));
}

/** The message with a checksum that is wrong by 0x0101. */
function wrong(message: Uint8Array) {
  const copy = bytes(message);
  const sum = copy[2]! * 256 + copy[3]! + 0x0101;
  assert.ok(sum < 0xffff && checksum(message) === 0);
  copy.set([sum >> 8, sum & 255], 2);
  return copy;
}

steeringTest(
  "an answered ping comes in by any port and leaves by the same",
  tablesOf([{ prefix: FOUR.prefix, servers: ["10.0.0.1"] }], {
    ports: [0, 7].map((index) => ({ index, mac: new Uint8Array(6) })),
  }),
  (sim) => {
    for (const port of [0, 7]) {
      const result = sim.frames([ethernet(pingPacket(V4))], [port])[0]!;
      assert.equal(result.port, port);
      assert.deepEqual(leavingOf(result).map(hex), [hex(toSender(pongPacket(turned(V4))))]);
    }
  },
);
