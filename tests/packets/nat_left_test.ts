/** What comes in by a snat interface and is none of ours is left alone; and odd packets on their way back. */
import assert from "node:assert/strict";
import { bytes, ipv4, tcp } from "./frame.ts";
import {
  assertBack,
  assertStays,
  assertThere,
  between,
  CLIENTS,
  fromClient,
  fromServer,
  pass,
  SERVERS,
} from "./nat_bed.ts";
import {
  asked,
  type Flow,
  FOUR,
  packet,
  pingPacket,
  type Side,
  SIX,
  spoiled,
  tcpPacket,
  turned,
  udpPacket,
} from "./people.ts";
import { tablesOf, type VipGiven } from "./tables.ts";
import { counters, steeringTest } from "./traffic.ts";

const LEFT = { ttl: 63 };

/** What a flow is at the server's side. */
function inside(side: Side, ends: Flow, dport = ends.dport): Flow {
  return { ...ends, to: side.server, dport };
}

function one(side: Side, more: Partial<VipGiven> = {}): VipGiven {
  return { prefix: side.prefix, encap: side.nat, servers: [side.server], ...more };
}

steeringTest(
  "a wrong checksum is as wrong when it comes back",
  between([one(FOUR, { port: 80, targetPort: 8080 })]),
  (sim) => {
    const ends = asked(FOUR);
    const server = inside(FOUR, ends, 8080);
    assertThere(sim, tcpPacket(ends), tcpPacket(server, LEFT));
    assertBack(
      sim,
      spoiled(tcpPacket(turned(server)), 36),
      spoiled(tcpPacket(turned(ends), LEFT), 36),
    );
  },
);

const OURS = between([
  one(FOUR, { port: 80, targetPort: 8080 }),
  one(SIX, { port: 80, targetPort: 8080 }),
]);
for (
  const [sentence, packet_] of [
    [
      "from another port of a server",
      tcpPacket({ ...turned(inside(FOUR, asked(FOUR), 8080)), sport: 22 }),
    ],
    [
      "from nobody's server",
      tcpPacket({ from: "10.0.0.99", to: FOUR.client, sport: 8080, dport: 5 }),
    ],
    ["of another protocol", packet(turned(inside(FOUR, asked(FOUR))), 50, bytes(1, 2, 3, 4))],
    [
      "over IPv6 from another port",
      udpPacket({ ...turned(inside(SIX, asked(SIX), 8080)), sport: 9 }),
    ],
    ["to a client, as a ping of the server's own", pingPacket(turned(inside(FOUR, asked(FOUR))))],
    ["from a client", udpPacket({ from: FOUR.client, to: FOUR.server, sport: 1, dport: 22 })],
  ] as const
) {
  steeringTest(
    `what is none of ours is left alone on a snat interface: ${sentence}`,
    OURS,
    (sim) => assertStays(sim, packet_, "left_not_vip"),
  );
}
steeringTest("nothing comes back by an interface without snat", OURS, (sim) => {
  const ends = asked(FOUR);
  pass(sim, fromClient(tcpPacket(ends)), CLIENTS);
  const frame = fromServer(tcpPacket(turned(inside(FOUR, ends, 8080))));
  frame.set(fromClient(bytes(0x45)).subarray(0, 6));
  assert.equal(pass(sim, frame, CLIENTS).verdict, "left_not_vip");
});
for (const [snat, side, other] of [["nat4", FOUR, SIX], ["nat6", SIX, FOUR]] as const) {
  const vips = [side, other].map((of) => one(of, { port: 80 }));
  const tables = tablesOf(vips, { ports: [{ index: 0, mac: new Uint8Array(6), snat: [snat] }] });
  steeringTest(`snat of ${snat} alone does not concern the other family`, tables, (sim) => {
    const verdicts = [side, other].map((of) => {
      const ends = asked(of);
      pass(sim, fromClient(tcpPacket(ends)), 0);
      return pass(sim, fromServer(tcpPacket(turned(inside(of, ends)))), 0).verdict;
    });
    assert.deepEqual(verdicts, ["returned", "left_not_vip"]);
  });
}
steeringTest(
  "the node's own checks of its servers are left alone",
  between([one(FOUR, { prefix: FOUR.host, port: 80 })]),
  (sim) => {
    const check = { from: FOUR.server, to: "192.0.2.10", sport: 80, dport: 55_000 };
    assertStays(sim, tcpPacket(check), "left_not_vip");
  },
);
for (const [side, own] of [[FOUR, "10.0.0.254"], [SIX, "2001:db8:1::fe"]] as const) {
  steeringTest(
    `so are those from another address of the machine, over IPv${own.includes(":") ? 6 : 4}`,
    between([one(side, { prefix: side.host, port: 80 })], {
      own: ["192.0.2.77", "2001:db8::77", own],
    }),
    (sim) => {
      const answer = { from: side.server, sport: 80, dport: 55_000 };
      assertStays(sim, tcpPacket({ ...answer, to: own }), "left_not_vip");
      const result = pass(sim, fromServer(tcpPacket({ ...answer, to: side.client })), SERVERS);
      assert.equal(result.verdict, "returned", "to others it goes as ever");
    },
  );
}
steeringTest("IPv4 options stay on the way back", between([one(FOUR, { port: 80 })]), (sim) => {
  const ends = asked(FOUR);
  const options = bytes(7, 7, 4, 0, 0, 0, 0, 0);
  const back = turned(inside(FOUR, ends));
  assertThere(sim, tcpPacket(ends), tcpPacket(inside(FOUR, ends), LEFT));
  const header = { protocol: 6, options };
  assertBack(
    sim,
    ipv4({ ...header, from: back.from, to: back.to }, tcp(back)),
    ipv4({ ...header, from: FOUR.vip, to: FOUR.client, ttl: 63 }, tcp(turned(ends))),
  );
});

steeringTest(
  "a flow that finds no room is forwarded, and its answers are left",
  between([one(FOUR, { port: 80 })], { buckets: 1 }),
  (sim) => {
    const ends = [1, 2, 3, 4, 5, 6, 7].map((sport) => asked(FOUR, { sport }));
    for (const each of ends) assertThere(sim, tcpPacket(each), tcpPacket(inside(FOUR, each), LEFT));
    assert.equal(sim.tableUse().flows, 6);
    assert.equal(counters(sim).untracked_packet, 1);
    for (const each of ends.slice(0, 6)) {
      assertBack(sim, tcpPacket(turned(inside(FOUR, each))), tcpPacket(turned(each), LEFT));
    }
    const last = ends[6]!;
    assertStays(sim, tcpPacket(turned(inside(FOUR, last))), "left_no_flow");
    sim.setClock(41);
    assertThere(sim, tcpPacket(last), tcpPacket(inside(FOUR, last), LEFT));
    assertBack(sim, tcpPacket(turned(inside(FOUR, last))), tcpPacket(turned(last), LEFT));
  },
);
steeringTest(
  "ways back move with the flows to another number of buckets and another hash key",
  between([one(FOUR, { port: 80 })]),
  async (sim) => {
    const ends = Array.from({ length: 50 }, (_, i) => asked(FOUR, { sport: 100 + i }));
    for (const each of ends) assertThere(sim, tcpPacket(each), tcpPacket(inside(FOUR, each), LEFT));
    for (
      const settings of [{ buckets: 4096 }, { hashKey: new Uint8Array(16).fill(3) }, {
        buckets: 512,
      }]
    ) {
      await sim.commit(between([one(FOUR, { port: 80 })], settings));
      for (const each of ends) {
        assertBack(sim, tcpPacket(turned(inside(FOUR, each))), tcpPacket(turned(each), LEFT));
      }
    }
  },
);
steeringTest(
  "flushing a server forgets the ways back of its flows",
  between([one(FOUR, { port: 80 })]),
  async (sim) => {
    const ends = asked(FOUR);
    assertThere(sim, tcpPacket(ends), tcpPacket(inside(FOUR, ends), LEFT));
    await sim.commit(
      between([one(FOUR, { port: 80, servers: [{ address: FOUR.server, slot: 9 }] })]),
    );
    assertStays(sim, tcpPacket(turned(inside(FOUR, ends))), "left_no_flow");
    assertThere(sim, tcpPacket(ends), tcpPacket(inside(FOUR, ends), LEFT));
    assertBack(sim, tcpPacket(turned(inside(FOUR, ends))), tcpPacket(turned(ends), LEFT));
  },
);
