/** Fragments: all of a datagram go to one server, whichever comes first. */
import assert from "node:assert/strict";
import { type Bytes, bytes, ethernet, extension, fragmentHeader, ipv6, udp } from "./frame.ts";
import { fragmentsOf } from "./model/pieces.ts";
import {
  asked,
  type Flow,
  FOUR,
  packet,
  type Side,
  SIDES,
  SIX,
  tcpPacket,
  udpPacket,
} from "./people.ts";
import { hex } from "./table.ts";
import { tablesOf, type VipGiven } from "./tables.ts";
import { counters, steeringTest } from "./traffic.ts";

const SERVERS = Array.from({ length: 8 }, (_, i) => `10.0.0.${i + 1}`);
const LONG = new Uint8Array(3000).map((_, i) => i * 5);

function vip(side: Side, more: Partial<VipGiven> = {}) {
  return tablesOf([{ prefix: side.prefix, servers: SERVERS, ...more }]);
}

/** A datagram of a flow in pieces of 1,024 bytes. */
function pieces(ends: Flow, id: number, make = udpPacket): Bytes[] {
  return fragmentsOf(make(ends, {}, LONG), 1024, id);
}

const orders: [string, (list: Bytes[]) => Bytes[]][] = [
  ["in order", (list) => list],
  ["in reverse order", (list) => list.toReversed()],
  ["the first in the middle", (list) => [list[1]!, list[0]!, list[2]!]],
];
const manyEnds = (side: Side) =>
  Array.from({ length: 40 }, (_, i) => asked(side, { sport: 3000 + 11 * i }));

for (const side of SIDES) {
  const over = `IPv${side.family}`;
  for (const [order, arrange] of orders) {
    for (const [where, more] of [["a VIP", {}], ["a VIP by port", { port: 80 }]] as const) {
      for (const [what, make] of [["UDP", udpPacket], ["TCP", tcpPacket]] as const) {
        steeringTest(
          `fragments of ${what} over ${over} to ${where}, ${order}, go where the flow goes`,
          vip(side, more),
          (sim) => {
            for (const [i, ends] of manyEnds(side).entries()) {
              const [flow] = sim.frames([ethernet(make(ends))]);
              const frames = arrange(pieces(ends, i, make)).map((piece) => ethernet(piece));
              const results = sim.frames(frames);
              for (const result of results) {
                assert.equal(result.verdict, "forwarded");
                assert.equal(result.server, flow?.server);
                assert.equal(result.decided, "flow");
              }
              const inside = results.map(({ output }) => hex(output!.subarray(38)));
              assert.deepEqual(inside, frames.map((frame) => hex(frame.subarray(14))));
            }
          },
        );
      }
    }
  }
  steeringTest(
    `fragments of many datagrams over ${over} do not mix`,
    vip(side, { port: 80 }),
    (sim) => {
      const ends = manyEnds(side).slice(0, 20);
      const whole = sim.frames(ends.map((each) => ethernet(udpPacket(each))));
      const all = ends.map((each, i) => pieces(each, 500 + i));
      const mixed = [2, 0, 1].flatMap((n) => all.map((list) => ethernet(list[n]!)));
      const results = sim.frames(mixed);
      assert.deepEqual(
        results.map(({ server }) => server),
        [0, 1, 2].flatMap(() => whole.map(({ server }) => server)),
      );
    },
  );
  steeringTest(
    `fragments over ${over} begin a flow like other packets`,
    vip(side, { port: 80 }),
    (sim) => {
      const ends = asked(side);
      const results = sim.frames(pieces(ends, 9).map((piece) => ethernet(piece)));
      assert.deepEqual(results.map(({ decided }) => decided), ["table", "flow", "flow"]);
      const { flows } = sim.flows({}, 9);
      assert.deepEqual(
        flows.map(({ sourcePort, destinationPort }) => [sourcePort, destinationPort]),
        [[
          40001,
          80,
        ]],
      );
    },
  );
  steeringTest(
    `a later fragment over ${over} waits for the first one of another call`,
    vip(side, { port: 80 }),
    (sim) => {
      const [first, second, third] = pieces(asked(side), 3).map((piece) => ethernet(piece));
      const held = sim.frames([third!, second!]);
      assert.ok(
        held.every(({ verdict, output }) => verdict === "held_fragment" && output === null),
      );
      assert.equal(counters(sim).held_fragment, 2);
      assert.equal(sim.frames([first!])[0]?.verdict, "forwarded");
      assert.equal(counters(sim).held_fragment, 0);
      assert.equal(counters(sim).forwarded, 3);
      assert.equal(counters(sim).tx_packets, 3, "those that waited left, too");
    },
  );
  steeringTest(
    `a fragment over ${over} whose first one does not come is dropped after a second`,
    vip(side, { port: 80 }),
    (sim) => {
      const [first, second] = pieces(asked(side), 3).map((piece) => ethernet(piece));
      const other = ethernet(udpPacket(asked(side)));
      sim.frames([second!]);
      sim.setClock(1);
      sim.frames([other]);
      assert.equal(counters(sim).held_fragment, 1);
      sim.setClock(2);
      sim.frames([other]);
      assert.deepEqual([counters(sim).held_fragment, counters(sim).drop_fragment], [0, 1]);
      assert.equal(sim.frames([first!])[0]?.verdict, "forwarded");
      assert.equal(sim.frames([second!])[0]?.verdict, "forwarded", "its copy comes in time");
    },
  );
  steeringTest(
    `a datagram's ports over ${over} are known for 15 seconds after its last fragment`,
    vip(side, { port: 80 }),
    (sim) => {
      const [first, second, third] = pieces(asked(side), 3).map((piece) => ethernet(piece));
      sim.frames([first!]);
      sim.setClock(15);
      assert.equal(sim.frames([second!])[0]?.verdict, "forwarded");
      sim.setClock(30);
      assert.equal(sim.frames([third!])[0]?.verdict, "forwarded");
      sim.setClock(46);
      assert.equal(sim.frames([third!])[0]?.verdict, "held_fragment");
    },
  );
  steeringTest(
    `an id over ${over} that comes again for other ports is another datagram`,
    vip(side, { port: 80 }),
    (sim) => {
      const [a, b] = [asked(side), asked(side, { sport: 9 })].map((ends) =>
        pieces(ends, 3).map((piece) => ethernet(piece))
      );
      const hashes = [a!, b!].map((frames) => sim.frames(frames).map(({ hash }) => hash));
      for (const list of hashes) assert.equal(new Set(list).size, 1);
      assert.notEqual(hashes[0]![0], hashes[1]![0]);
    },
  );
  steeringTest(
    `of one datagram over ${over} 64 fragments wait, of all 128`,
    vip(side, { port: 80 }),
    (sim) => {
      const long = udpPacket(asked(side), {}, new Uint8Array(80 * 64));
      const laterOf = (id: number) =>
        fragmentsOf(long, 64, id).slice(1).map((piece) => ethernet(piece));
      const verdicts = (id: number) => sim.frames(laterOf(id)).map(({ verdict }) => verdict);
      const held = (list: string[]) => list.filter((verdict) => verdict === "held_fragment").length;
      assert.deepEqual([1, 2, 3].map((id) => held(verdicts(id))), [64, 64, 0]);
      assert.equal(counters(sim).held_fragment, 128);
      assert.equal(counters(sim).drop_fragment, 3 * 80 - 128);
      sim.setClock(2);
      sim.frames([ethernet(udpPacket(asked(side)))]);
      assert.equal(counters(sim).held_fragment, 0);
      assert.equal(counters(sim).drop_fragment, 3 * 80);
      assert.equal(held(verdicts(4)), 64, "and there is room again");
    },
  );
  steeringTest(`fragments over ${over} that are for no VIP are left at once`, vip(side), (sim) => {
    const ends = asked(side, { to: side.family === 4 ? "91.0.0.1" : "2003::1" });
    const results = sim.frames(pieces(ends, 1).toReversed().map((piece) => ethernet(piece)));
    assert.ok(results.every(({ verdict }) => verdict === "left_not_vip"));
  });
  steeringTest(
    `fragments over ${over} to another port of a VIP's prefix are dropped, all`,
    vip(side, { port: 81 }),
    (sim) => {
      const results = sim.frames(
        pieces(asked(side), 1).toReversed().map((piece) => ethernet(piece)),
      );
      assert.ok(results.every(({ verdict }) => verdict === "drop_no_port"));
    },
  );
  steeringTest(
    `fragments over ${over} of a protocol without ports do not wait`,
    vip(side),
    (sim) => {
      const list = fragmentsOf(packet(asked(side), 50, LONG), 1024, 5).toReversed();
      const results = sim.frames(list.map((piece) => ethernet(piece)));
      assert.ok(results.every(({ verdict }) => verdict === "forwarded"));
      assert.equal(new Set(results.map(({ server }) => server)).size, 1);
    },
  );
  steeringTest(
    `a trace of a later fragment over ${over} keeps nothing`,
    vip(side, { port: 80 }),
    (sim) => {
      const [first, second] = pieces(asked(side), 3).map((piece) => ethernet(piece));
      assert.equal(sim.trace(second!).verdict, "held_fragment");
      assert.equal(sim.trace(first!).verdict, "forwarded");
      assert.equal(sim.trace(second!).verdict, "held_fragment", "a trace makes nothing known");
      assert.equal(counters(sim).held_fragment, 0);
    },
  );
}

steeringTest(
  "fragments of IPv4 are apart by protocol, those of IPv6 are not",
  vip(FOUR, { port: 80 }),
  (sim) => {
    const ends = asked(FOUR);
    const [first] = pieces(ends, 3, udpPacket);
    const [, later] = pieces(ends, 3, tcpPacket);
    const results = sim.frames([first!, later!].map((piece) => ethernet(piece)));
    assert.deepEqual(results.map(({ verdict }) => verdict), ["forwarded", "held_fragment"]);
  },
);
steeringTest(
  "IPv6 fragments with extension headers behind the fragment header meet",
  vip(SIX, { port: 80 }),
  (sim) => {
    const ends = asked(SIX);
    const piece = (at: number, more: boolean, data: Uint8Array) =>
      ethernet(ipv6({ ...ends, protocol: 60, extensions: [fragmentHeader(at, more, 7)] }, data));
    const { rest } = extension(60);
    const whole = bytes(17, rest, udp(ends, LONG));
    const frames = [
      piece(1024, false, whole.subarray(1024)),
      piece(0, true, whole.subarray(0, 1024)),
    ];
    const results = sim.frames(frames);
    assert.ok(results.every(({ verdict }) => verdict === "forwarded"));
    assert.equal(results[0]?.hash, results[1]?.hash);
  },
);
