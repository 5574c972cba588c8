import assert from "node:assert/strict";
import { tablesOf, type VipGiven } from "./tables.ts";
import { flows, send, serverCounters, steeringTest, takers, vipCounters } from "./traffic.ts";
import { counters } from "./traffic.ts";

const A = "10.0.0.1";
const B = "10.0.0.2";
const C = "10.0.0.3";
const COUNT = 600;
const vip = (servers: VipGiven["servers"], more: Partial<VipGiven> = {}) =>
  tablesOf([{ prefix: "90.0.0.0/8", servers, ...more }]);
const three = vip([A, B, C]);

steeringTest("a flow's packets all go to one server", three, (simulation) => {
  const first = send(simulation, flows(COUNT));
  const second = send(simulation, flows(COUNT));
  assert.deepEqual(takers(second), takers(first));
  assert.ok(first.every(({ decided, tracked }) => decided === "table" && tracked));
  assert.ok(second.every(({ decided, tracked }) => decided === "flow" && tracked));
  assert.equal(new Set(takers(first)).size, 3);
});

steeringTest("a server that is added takes new flows only", vip([A, B]), async (simulation) => {
  const before = takers(send(simulation, flows(COUNT)));
  await simulation.commit(three);
  assert.deepEqual(takers(send(simulation, flows(COUNT))), before);
  const later = takers(send(simulation, flows(COUNT, "90.9.9.9")));
  const third = later.filter((slot) => slot === 3).length;
  assert.ok(Math.abs(third - COUNT / 3) < COUNT / 12, `${third} of ${COUNT}`);
});

steeringTest("a server that is removed keeps its flows and takes no others", three, async (sim) => {
  const before = takers(send(sim, flows(COUNT)));
  await sim.commit(vip([A, B, { address: C, live: false }]));
  assert.deepEqual(takers(send(sim, flows(COUNT))), before);
  assert.ok(!takers(send(sim, flows(COUNT, "90.9.9.9"))).includes(3));
});

steeringTest("a server that leaves the tables altogether loses its flows", three, async (sim) => {
  const before = takers(send(sim, flows(COUNT)));
  await sim.commit(vip([A, B]));
  const after = takers(send(sim, flows(COUNT)));
  assert.ok(!after.includes(3));
  assert.ok(after.every((slot, i) => before[i] === 3 || slot === before[i]));
  assert.equal(serverCounters(sim, 3).flows, 0);
});

steeringTest("another weight moves new flows only, and weight 0 drains", three, async (sim) => {
  const before = takers(send(sim, flows(COUNT)));
  await sim.commit(vip([A, { address: B, weight: 0 }, { address: C, weight: 25 }]));
  assert.deepEqual(takers(send(sim, flows(COUNT))), before);
  const later = takers(send(sim, flows(COUNT, "90.9.9.9")));
  assert.ok(!later.includes(2));
  const third = later.filter((slot) => slot === 3).length;
  assert.ok(Math.abs(third - COUNT / 5) < COUNT / 12, `${third} of ${COUNT}`);
});

steeringTest(
  "flows go on when the last server is drained, new ones are dropped",
  three,
  async (sim) => {
    const before = takers(send(sim, flows(COUNT)));
    await sim.commit(vip([A, B, C].map((address) => ({ address, weight: 0 }))));
    assert.deepEqual(takers(send(sim, flows(COUNT))), before);
    const later = sim.frames(flows(10, "90.9.9.9"));
    assert.ok(later.every(({ verdict }) => verdict === "drop_no_server"));
    assert.equal(vipCounters(sim, 0).no_server, 10);
    assert.equal(sim.tableUse().flows, COUNT, "a drop is not remembered");
  },
);

steeringTest("a flow without a next hop goes on once there is one", three, async (sim) => {
  const unknown = vip([A, B, C].map((address) => ({ address, hop: null })));
  await sim.commit(unknown);
  const dropped = sim.frames(flows(COUNT));
  assert.ok(dropped.every(({ verdict, output }) => verdict === "drop_no_next_hop" && !output));
  assert.equal(vipCounters(sim, 0).no_next_hop, COUNT);
  await sim.commit(three);
  assert.deepEqual(takers(send(sim, flows(COUNT))), takers(dropped));
});

steeringTest("flows of two VIPs are apart", tablesOf([]), async (sim) => {
  await sim.commit(tablesOf([
    { prefix: "90.0.0.0/8", servers: [A, B] },
    { prefix: "2002::/16", servers: [{ address: A, slot: 7 }] },
  ]));
  send(sim, [...flows(50), ...flows(30, "2002::1")]);
  assert.equal(vipCounters(sim, 0).first_packet, 50);
  assert.equal(vipCounters(sim, 1).first_packet, 30);
  assert.equal(serverCounters(sim, 7).flows, 30);
  const { flows: listed } = sim.flows({ vip: 1 }, 100);
  assert.equal(listed.length, 30);
  assert.ok(listed.every(({ vip, server, family }) => vip === 1 && server === 7 && family === 6));
});

steeringTest("the number of buckets changes under the flows", three, async (sim) => {
  const before = takers(send(sim, flows(COUNT)));
  for (const buckets of [4096, 512, 1024]) {
    await sim.commit({ ...vip([{ address: A, weight: 1 }, B, C]), buckets });
    assert.equal(sim.tableUse().buckets, buckets);
    const results = send(sim, flows(COUNT));
    assert.deepEqual(takers(results), before);
    assert.ok(results.every(({ decided }) => decided === "flow"));
  }
});

steeringTest("a smaller table keeps what fits and counts what it forgets", three, async (sim) => {
  send(sim, flows(COUNT));
  await sim.commit({ ...three, buckets: 16 });
  const { flows: kept, capacity } = sim.tableUse();
  assert.ok(kept <= capacity && kept > capacity / 2, `${kept} of ${capacity}`);
  assert.equal(counters(sim).flows_expired, COUNT - kept);
  const left = [1, 2, 3].map((slot) => serverCounters(sim, slot).flows!);
  assert.equal(left.reduce((sum, n) => sum + n), kept);
});

steeringTest(
  "another hash key changes the table's choice, not that of flows",
  three,
  async (sim) => {
    const before = takers(send(sim, flows(COUNT)));
    await sim.commit({ ...three, hashKey: new Uint8Array(16).fill(9) });
    assert.deepEqual(takers(send(sim, flows(COUNT))), before);
    const fresh = takers(send(sim, flows(COUNT, "90.9.9.9")));
    assert.equal(new Set(fresh).size, 3);
  },
);

steeringTest(
  "a narrower VIP takes over what its prefix holds, and gives it back",
  three,
  async (sim) => {
    const wide = { prefix: "90.0.0.0/8", servers: [A, B, C] };
    const narrow = { prefix: "90.1.2.3/32", servers: [{ address: A, slot: 9 }] };
    send(sim, flows(100));
    await sim.commit(tablesOf([wide, narrow]));
    assert.ok(takers(send(sim, flows(100))).every((slot) => slot === 9));
    assert.equal(sim.tableUse().flows, 100);
    assert.deepEqual([1, 2, 3, 9].map((slot) => serverCounters(sim, slot).flows), [0, 0, 0, 100]);
    await sim.commit(tablesOf([wide]));
    assert.ok(takers(send(sim, flows(100))).every((slot) => slot <= 3));
    assert.equal(serverCounters(sim, 9).flows, 0);
  },
);

steeringTest("a VIP that is removed leaves its packets to the kernel", three, async (sim) => {
  send(sim, flows(10));
  await sim.commit(tablesOf([]));
  assert.ok(sim.frames(flows(10)).every(({ verdict }) => verdict === "left_not_vip"));
  assert.deepEqual(sim.flows({}, 100).flows, []);
});
