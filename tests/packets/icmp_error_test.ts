/** ICMP errors about what a VIP sent: they go to the server of the flow that they quote. */
import assert from "node:assert/strict";
import type { Encap } from "../../lib/dataplane.ts";
import { bytes, ethernet, extension, ipv6, tcp } from "./frame.ts";
import { icmpError, quoteOf, tooBig, unreachable } from "./icmp.ts";
import { fragmentsOf } from "./model/pieces.ts";
import { asked, FOUR, type Side, SIDES, SIX, tcpPacket, turned, udpPacket } from "./people.ts";
import { tablesOf, type VipGiven } from "./tables.ts";
import { counters, steeringTest, vipCounters } from "./traffic.ts";

const SERVERS = Array.from({ length: 9 }, (_, i) => `10.0.0.${i + 1}`);

function vip(side: Side, more: Partial<VipGiven> = {}) {
  return tablesOf([{ prefix: side.prefix, servers: SERVERS, ...more }]);
}

/** Many flows, so that no error goes right by chance. */
const manyEnds = (side: Side) =>
  Array.from({ length: 60 }, (_, i) => asked(side, { sport: 20_000 + i * 7 }));

/** Sends the flows' packets, then an error about each; and compares who got them. */
function assertFollows(
  simulation: Parameters<Parameters<typeof steeringTest>[2]>[0],
  side: Side,
  errors: (sent: Uint8Array) => Uint8Array,
  make = tcpPacket,
): void {
  const ends = manyEnds(side);
  const flows = simulation.frames(ends.map((each) => ethernet(make(each))));
  const sent = ends.map((each) => make(turned(each)));
  const results = simulation.frames(sent.map((packet) => ethernet(errors(packet))));
  assert.deepEqual(results.map(({ server }) => server), flows.map(({ server }) => server));
  assert.deepEqual(results.map(({ hash }) => hash), flows.map(({ hash }) => hash));
  assert.ok(results.every(({ verdict, decided }) => verdict === "forwarded" && decided === "flow"));
  assert.ok(new Set(flows.map(({ server }) => server)).size > 5);
}

for (const side of SIDES) {
  const over = `IPv${side.family}`;
  const quoted: [string, (sent: Uint8Array) => Uint8Array][] = [
    ["8 bytes of L4", (sent) => quoteOf(sent, 8)],
    ["20 bytes of L4", (sent) => quoteOf(sent, 20)],
    ["the whole packet", (sent) => sent],
  ];
  for (const [what, quote] of quoted) {
    for (const port of [{}, { port: 80 }, { sticky: true }]) {
      const where = "port" in port ? "a VIP by port" : "sticky" in port ? "a sticky VIP" : "a VIP";
      const more = "sticky" in port ? " (of all its clients' flows)" : "";
      steeringTest(
        `"too big" over ${over} that quotes ${what} of TCP of ${where} follows the flow${more}`,
        vip(side, port),
        (sim) => {
          if ("sticky" in port) return assertSticky(sim, side, quote);
          assertFollows(sim, side, (sent) => tooBig(side.router, side.vip, 1400, quote(sent)));
        },
      );
    }
    steeringTest(
      `"unreachable" over ${over} that quotes ${what} of UDP follows the flow`,
      vip(side, { port: 80 }),
      (sim) =>
        assertFollows(
          sim,
          side,
          (sent) => unreachable(side.client, side.vip, quote(sent)),
          udpPacket,
        ),
    );
  }
  const types = side.family === 4 ? [3, 4, 5, 11, 12] : [1, 2, 3, 4, 100, 127];
  for (const type of types) {
    steeringTest(
      `an ICMP error of type ${type} over ${over} follows the flow`,
      vip(side),
      (sim) =>
        assertFollows(
          sim,
          side,
          (sent) => icmpError({ from: side.router, to: side.vip, type, quote: quoteOf(sent) }),
        ),
    );
  }
  steeringTest(
    `an error over ${over} goes to the flow's server, not to that of a table that has changed`,
    vip(side, { port: 80 }),
    async (sim) => {
      const ends = manyEnds(side);
      const flows = sim.frames(ends.map((each) => ethernet(tcpPacket(each))));
      const drained = SERVERS.map((address, i) => ({ address, weight: i < 5 ? 0 : 1 }));
      await sim.commit(vip(side, { port: 80, servers: drained }));
      const errors = ends.map((each) =>
        tooBig(side.router, side.vip, 1400, quoteOf(tcpPacket(turned(each))))
      );
      const results = sim.frames(errors.map((error) => ethernet(error)));
      assert.deepEqual(results.map(({ server }) => server), flows.map(({ server }) => server));
    },
  );
  steeringTest(
    `an error over ${over} begins no flow and keeps none alive`,
    vip(side),
    (sim) => {
      const ends = asked(side);
      const error = ethernet(tooBig(side.router, side.vip, 1400, quoteOf(tcpPacket(turned(ends)))));
      const [before] = sim.frames([error]);
      assert.deepEqual([before?.verdict, before?.decided, before?.tracked], [
        "forwarded",
        "table",
        false,
      ]);
      assert.equal(sim.tableUse().flows, 0);
      const [flow] = sim.frames([ethernet(tcpPacket(ends))]);
      assert.equal(flow?.server, before?.server, "the table alone chose the same");
      sim.setClock(40);
      const [after] = sim.frames([error]);
      assert.deepEqual([after?.decided, after?.tracked], ["flow", true]);
      sim.setClock(41);
      assert.equal(sim.tableUse().flows, 0);
      assert.equal(counters(sim).related_packet, 2);
      assert.equal(vipCounters(sim, 0).related_packet, 2);
      assert.equal(counters(sim).first_packet! + counters(sim).next_packet!, 1);
      assert.equal(vipCounters(sim, 0).packets, 3);
    },
  );
  steeringTest(
    `errors over ${over} that tell of no flow of the VIP`,
    vip(side, { port: 80 }),
    (sim) => {
      const sent = tcpPacket(turned(asked(side)));
      const [head = bytes(), rest = bytes()] = fragmentsOf(sent, 24, 5);
      const other = tcpPacket(turned(asked(side, { to: side.other })));
      const odd: [string, Uint8Array][] = [
        ["of another address", quoteOf(other)],
        ["of seven bytes of L4", quoteOf(sent, 7)],
        ["of half an IP header", sent.subarray(0, 18)],
        ["of nothing", bytes()],
        [
          "of the other family",
          side.family === 4 ? tcpPacket(turned(asked(SIX))) : tcpPacket(turned(asked(FOUR))),
        ],
        ["of a later fragment", rest],
      ];
      for (const [what, quote] of odd) {
        const [result] = sim.frames([ethernet(unreachable(side.router, side.vip, quote))]);
        assert.equal(result?.verdict, "drop_no_port", what);
      }
      const [first] = sim.frames([ethernet(unreachable(side.router, side.vip, head))]);
      assert.equal(first?.verdict, "forwarded", "a first fragment has its ports");
      const stranger = quoteOf(tcpPacket(turned(asked(side, { dport: 81 }))));
      const [result] = sim.frames([ethernet(unreachable(side.router, side.vip, stranger))]);
      assert.equal(result?.verdict, "drop_no_port", "of a port that is no VIP's");
    },
  );
}

/** A sticky VIP's errors go where the client goes. */
function assertSticky(
  sim: Parameters<Parameters<typeof steeringTest>[2]>[0],
  side: Side,
  quote: (sent: Uint8Array) => Uint8Array,
): void {
  const ends = asked(side);
  const [flow] = sim.frames([ethernet(tcpPacket(ends))]);
  for (const sport of [1, 2, 3]) {
    const sent = tcpPacket(turned({ ...ends, sport }));
    const [result] = sim.frames([ethernet(tooBig(side.router, side.vip, 1400, quote(sent)))]);
    assert.deepEqual([result?.server, result?.decided], [flow?.server, "flow"]);
  }
}

for (
  const [encap, servers] of [
    ["gre6", ["2001:db8:1::1", "2001:db8:1::2"]],
    ["ipip", ["10.0.0.1", "2001:db8:1::1"]],
    ["gue", ["10.0.0.1", "10.0.0.2"]],
    ["l3dsr", ["10.0.0.1", "10.0.0.2"]],
    ["nat4", ["10.0.0.1", "10.0.0.2"]],
  ] as [Encap, string[]][]
) {
  steeringTest(
    `an error follows the flow through ${encap}`,
    vip(FOUR, { encap, servers, port: 80 }),
    (sim) => {
      for (const ends of manyEnds(FOUR)) {
        const [flow] = sim.frames([ethernet(tcpPacket(ends))]);
        const quote = quoteOf(tcpPacket(turned(ends)));
        const [error] = sim.frames([ethernet(tooBig(FOUR.router, FOUR.vip, 1400, quote))]);
        assert.deepEqual([error?.server, error?.decided], [flow?.server, "flow"]);
      }
    },
  );
}

steeringTest(
  "an error that quotes IPv6 extension headers follows the flow behind them",
  vip(SIX, { port: 80 }),
  (sim) => {
    const ends = asked(SIX);
    const back = turned(ends);
    const [flow] = sim.frames([ethernet(tcpPacket(ends))]);
    const extensions = [extension(0), extension(60, 2)];
    const quote = ipv6({ ...back, protocol: 6, extensions }, tcp(back));
    const [error] = sim.frames([ethernet(tooBig(SIX.router, SIX.vip, 1400, quote))]);
    assert.deepEqual([error?.hash, error?.server], [flow?.hash, flow?.server]);
  },
);
