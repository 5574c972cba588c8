/** ICMP errors from the servers' side of nat4 and nat6: inside and outside they tell of the VIP. */
import { icmpError, quoteOf } from "./icmp.ts";
import {
  assertBack,
  assertStays,
  assertThere,
  between,
  fromServer,
  pass,
  SERVERS,
} from "./nat_bed.ts";
import {
  asked,
  bareUdpPacket,
  type Flow,
  FOUR,
  type Side,
  SIDES,
  tcpPacket,
  turned,
  udpPacket,
} from "./people.ts";
import { fragmentsOf } from "./model/pieces.ts";
import assert from "node:assert/strict";
import type { VipGiven } from "./tables.ts";
import { serverCounters, steeringTest } from "./traffic.ts";

const KINDS = [["TCP", tcpPacket], ["UDP", udpPacket], [
  "UDP without a checksum",
  bareUdpPacket,
]] as const;

function one(side: Side, more: Partial<VipGiven> = {}): VipGiven {
  return { prefix: side.prefix, encap: side.nat, servers: [side.server], ...more };
}

/** The flow as the server sees it. */
function inside(side: Side, ends: Flow, dport = 8080): Flow {
  return { ...ends, to: side.server, dport };
}

/** "Unreachable" from one to the other. */
function error(side: Side, from: string, to: string, quote: Uint8Array, ttl = 64): Uint8Array {
  const kind = side.family === 4 ? { type: 3, code: 3 } : { type: 1, code: 4 };
  return icmpError({ ...kind, from, to, quote, ttl });
}

for (const side of SIDES) {
  const ends = asked(side);
  const server = inside(side, ends);
  for (const [what, make] of KINDS) {
    for (const l4 of [8, 20]) {
      const seen = quoteOf(make(server, { ttl: 63 }), l4);
      const meant = quoteOf(make(ends, { ttl: 63 }), l4);
      steeringTest(
        `${side.nat}: a server's error about ${what} (${l4} bytes) comes from the VIP, about a packet to it`,
        between([one(side, { port: 80, targetPort: 8080 })]),
        (sim) => {
          assertThere(sim, make(ends), make(server, { ttl: 63 }));
          assertBack(
            sim,
            error(side, side.server, side.client, seen),
            error(side, side.vip, side.client, meant, 63),
          );
        },
      );
      steeringTest(
        `${side.nat}: a router's error about ${what} (${l4} bytes) stays the router's, about a packet to the VIP`,
        between([one(side, { port: 80, targetPort: 8080 })]),
        (sim) => {
          assertThere(sim, make(ends), make(server, { ttl: 63 }));
          assertBack(
            sim,
            error(side, side.router, side.client, seen),
            error(side, side.router, side.client, meant, 63),
          );
        },
      );
    }
  }
  steeringTest(
    `${side.nat}: an error about a flow to another address of the prefix tells of that`,
    between([one(side, { port: 80, targetPort: 8080 })]),
    (sim) => {
      const other = { ...ends, to: side.other, sport: 50_000 };
      const there = inside(side, other);
      assertThere(sim, tcpPacket(ends), tcpPacket(server, { ttl: 63 }));
      assertThere(sim, tcpPacket(other), tcpPacket(there, { ttl: 63 }));
      assertBack(
        sim,
        error(side, side.router, side.client, quoteOf(tcpPacket(there))),
        error(side, side.router, side.client, quoteOf(tcpPacket(other)), 63),
      );
      assert.equal(serverCounters(sim, 1).return_packets, 1);
    },
  );
  steeringTest(
    `${side.nat}: errors about what is none of ours are left alone`,
    between([one(side, { port: 80, targetPort: 8080 })]),
    (sim) => {
      assertThere(sim, tcpPacket(ends), tcpPacket(server, { ttl: 63 }));
      const foreign = quoteOf(tcpPacket({ ...server, to: side.router }));
      assertStays(sim, error(side, side.server, side.client, foreign), "left_not_vip");
      const port = quoteOf(tcpPacket({ ...server, dport: 22 }));
      assertStays(sim, error(side, side.server, side.client, port), "left_not_vip");
      const others = quoteOf(tcpPacket({ ...server, from: side.router }));
      assertStays(sim, error(side, side.server, side.client, others), "left_not_vip");
      const unknown = quoteOf(tcpPacket({ ...server, sport: 9 }));
      assertStays(sim, error(side, side.server, side.client, unknown), "left_no_flow");
    },
  );
  steeringTest(
    `${side.nat}: both ends of an error about a reply tell of the server`,
    between([one(side, { port: 80, targetPort: 8080 })]),
    (sim) => {
      assertThere(sim, tcpPacket(ends), tcpPacket(server, { ttl: 63 }));
      assertBack(sim, tcpPacket(turned(server)), tcpPacket(turned(ends), { ttl: 63 }));
      assertThere(
        sim,
        error(side, side.client, side.vip, quoteOf(tcpPacket(turned(ends), { ttl: 63 }))),
        error(side, side.client, side.server, quoteOf(tcpPacket(turned(server), { ttl: 63 })), 63),
      );
    },
  );
  steeringTest(
    `${side.nat}: fragments of a reply leave from the VIP, whichever comes first`,
    between([one(side, { port: 80, targetPort: 8080 })]),
    (sim) => {
      assertThere(sim, udpPacket(ends), udpPacket(server, { ttl: 63 }));
      const long = new Uint8Array(3000).fill(0x31);
      const pieces = fragmentsOf(udpPacket(turned(server), {}, long), 1024, 99);
      const meant = fragmentsOf(udpPacket(turned(ends), { ttl: 63 }, long), 1024, 99);
      pieces.forEach((piece, i) => assertBack(sim, piece, meant[i]!));
      const again = fragmentsOf(udpPacket(turned(server), {}, long), 1024, 100);
      const frames = again.toReversed().map((piece) => fromServer(piece));
      const results = sim.frames(frames, frames.map(() => SERVERS));
      assert.ok(results.every(({ verdict }) => verdict === "returned"));
    },
  );
}

steeringTest(
  "a fragment from nobody's server does not wait",
  between([one(FOUR, { port: 80 })]),
  (sim) => {
    const foreign = { from: "10.9.9.9", to: FOUR.client, sport: 1, dport: 2 };
    const [, later] = fragmentsOf(udpPacket(foreign, {}, new Uint8Array(100)), 64, 1);
    assert.equal(pass(sim, fromServer(later!), SERVERS).verdict, "left_not_vip");
  },
);
