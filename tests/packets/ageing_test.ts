import assert from "node:assert/strict";
import { tablesOf } from "./tables.ts";
import { counters, flow, flows, send, serverCounters, steeringTest, takers } from "./traffic.ts";
import { vipCounters } from "./traffic.ts";

const SERVERS = ["10.0.0.1", "10.0.0.2"];
const tables = (settings: Parameters<typeof tablesOf>[1] = {}) =>
  tablesOf([{ prefix: "90.0.0.0/8", servers: SERVERS }], { timeout: 40, ...settings });

steeringTest("a flow ends when it was silent for longer than the timeout", tables(), (sim) => {
  send(sim, [flow(1), flow(2)]);
  sim.setClock(40);
  assert.equal(send(sim, [flow(1)])[0]?.decided, "flow");
  sim.setClock(41);
  assert.equal(sim.tableUse().flows, 1, "the other one came down without traffic");
  assert.equal(send(sim, [flow(2)])[0]?.decided, "table");
  sim.setClock(80);
  assert.equal(send(sim, [flow(1)])[0]?.decided, "flow", "every packet begins the time anew");
});

steeringTest("a list of flows tells age and idle seconds", tables(), (sim) => {
  send(sim, [flow(1)]);
  sim.setClock(30);
  send(sim, [flow(1)]);
  sim.setClock(45);
  const { flows: listed, cursor } = sim.flows({}, 10);
  assert.equal(cursor, null);
  assert.deepEqual(listed, [{
    family: 4,
    protocol: 6,
    source: "203.0.113.0",
    sourcePort: 10_001,
    destination: "90.1.2.3",
    destinationPort: 80,
    worker: 0,
    vip: 0,
    server: listed[0]!.server,
    age: 45,
    idle: 15,
  }]);
});

for (const jump of [41, 30_001, 65_535, 65_536, 65_546, 131_072, 4_000_000_000]) {
  steeringTest(`after ${jump} silent seconds no flow is left`, tables(), (sim) => {
    send(sim, flows(500));
    sim.setClock(jump);
    assert.equal(sim.tableUse().flows, 0);
    assert.deepEqual(sim.flows({}, 10).flows, []);
    assert.deepEqual([1, 2].map((slot) => serverCounters(sim, slot).flows), [0, 0]);
    assert.equal(counters(sim).flows_expired, 500);
    assert.ok(send(sim, flows(500)).every(({ decided }) => decided === "table"));
  });
}

steeringTest("the clock does not go back", tables(), (sim) => {
  sim.setClock(1000);
  send(sim, [flow(1)]);
  sim.setClock(10);
  assert.equal(send(sim, [flow(1)])[0]?.decided, "flow");
  sim.setClock(1041);
  assert.equal(sim.tableUse().flows, 0);
});

steeringTest("another timeout counts for flows that are there", tables(), async (sim) => {
  send(sim, [flow(1)]);
  await sim.commit(tables({ timeout: 100 }));
  sim.setClock(99);
  assert.equal(send(sim, [flow(1)])[0]?.decided, "flow");
  await sim.commit(tables({ timeout: 5 }));
  sim.setClock(105);
  assert.equal(send(sim, [flow(1)])[0]?.decided, "table");
});

steeringTest(
  "the longest timeout holds for its whole length",
  tables({ timeout: 30_000 }),
  (sim) => {
    send(sim, [flow(1)]);
    sim.setClock(30_000);
    assert.equal(send(sim, [flow(1)])[0]?.decided, "flow");
    sim.setClock(60_001);
    assert.equal(sim.tableUse().flows, 0);
  },
);

steeringTest("a full table forwards what it cannot remember", tables({ buckets: 8 }), (sim) => {
  const first = send(sim, flows(1000));
  const { capacity, flows: remembered } = sim.tableUse();
  const untracked = first.filter(({ tracked }) => !tracked);
  assert.ok(remembered <= capacity && untracked.length === 1000 - remembered);
  assert.ok(untracked.every(({ decided }) => decided === "table"));
  assert.equal(counters(sim).untracked_packet, untracked.length);
  assert.equal(vipCounters(sim, 0).untracked_packet, untracked.length);
  assert.equal(counters(sim).first_packet, remembered);
  const second = send(sim, flows(1000));
  assert.deepEqual(takers(second), takers(first), "the table alone steers them the same");
  assert.equal(counters(sim).next_packet, remembered, "live flows are not thrown out");
});

steeringTest("flows that ended make room for others", tables({ buckets: 8 }), (sim) => {
  send(sim, flows(1000));
  const { flows: before } = sim.tableUse();
  sim.setClock(41);
  send(sim, flows(1000, "90.9.9.9"));
  assert.ok(sim.tableUse().flows > 40, String(sim.tableUse().flows));
  assert.equal(counters(sim).flows_expired, before);
});

steeringTest(
  "a full bucket takes others once its flows end, and only in their places",
  tables({
    buckets: 1,
  }),
  (sim) => {
    send(sim, flows(6));
    assert.deepEqual(sim.tableUse(), { buckets: 1, capacity: 6, flows: 6 });
    sim.setClock(20);
    send(sim, [flow(0), flow(1), flow(2)]);
    sim.setClock(30);
    assert.equal(send(sim, [flow(10)])[0]?.tracked, false);
    sim.setClock(50);
    assert.ok(send(sim, [flow(10), flow(11), flow(12)]).every(({ tracked }) => tracked));
    assert.equal(send(sim, [flow(13)])[0]?.tracked, false);
    assert.ok(send(sim, [flow(0), flow(1), flow(2)]).every(({ decided }) => decided === "flow"));
  },
);

steeringTest(
  "of flows that ended the one silent for longest makes room",
  tables({ buckets: 1 }),
  async (sim) => {
    send(sim, flows(6));
    sim.setClock(10);
    send(sim, [0, 1, 2, 4, 5].map((i) => flow(i)));
    const elsewhere = { prefix: "90.0.0.0/8", servers: [{ address: "10.0.0.9", slot: 9 }] };
    await sim.commit(tablesOf([elsewhere], { buckets: 1 }));
    assert.equal(send(sim, [flow(10)])[0]?.tracked, true);
    const back = { prefix: "90.0.0.0/8", servers: [...SERVERS, { address: "10.0.0.9", slot: 9 }] };
    await sim.commit(tablesOf([back], { buckets: 1 }));
    const kept = flows(6).map((frame) => sim.trace(frame).decided === "flow");
    assert.deepEqual(kept, [true, true, true, false, true, true]);
  },
);

steeringTest("flows are listed page by page, each once", tables(), (sim) => {
  send(sim, flows(777));
  const ports: number[] = [];
  let cursor: bigint | null = 0n;
  let pages = 0;
  while (cursor !== null) {
    const page: ReturnType<typeof sim.flows> = sim.flows({ cursor }, 50);
    assert.ok(page.flows.length <= 50);
    ports.push(...page.flows.map(({ sourcePort }) => sourcePort));
    cursor = page.cursor;
    assert.ok(++pages < 1000);
  }
  assert.deepEqual(ports.sort((a, b) => a - b), Array.from({ length: 777 }, (_, i) => 10_000 + i));
  const { flows: of } = sim.flows({ servers: [2] }, 1000);
  assert.equal(of.length, serverCounters(sim, 2).flows);
  assert.ok(of.every(({ server }) => server === 2));
});
