import assert from "node:assert/strict";
import type { Controller } from "../../lib/controller.ts";
import { frames, twoVips, withController } from "./controllers.ts";

/** What came in at each interface, by its name. */
function received(controller: Controller): Record<string, number> {
  const { interfaces } = controller.counters();
  return Object.fromEntries(interfaces.map(({ name, counters }) => [name, counters.rx_packets!]));
}

/** The configuration with other interfaces, all behind one fixed next hop. */
function withInterfaces(...names: string[]) {
  const next_hop = { mac: "02:00:00:00:00:09" };
  const interfaces = names.map((name) => [name, { device: `tap:${name}`, next_hop }]);
  return { ...twoVips(), interfaces: Object.fromEntries(interfaces) };
}

Deno.test("frames are counted at the interface that they came in and left by, and by verdict", () =>
  withController(async ({ controller, simulation }) => {
    await controller.apply({ kind: "replace", config: withInterfaces("one", "two") });
    const stray = frames(5, "99.0.0.1:80");
    simulation.frames([...frames(20), ...stray], [
      ...Array.from({ length: 20 }, () => 2),
      ...stray.map(() => 1),
    ]);
    const { interfaces, workers } = controller.counters();
    const [one, two] = interfaces.map(({ counters }) => counters);
    assert.deepEqual(
      [one?.rx_packets, one?.left_not_vip, one?.forwarded, one?.tx_packets],
      [5, 5, 0, 20],
    );
    assert.deepEqual(
      [two?.rx_packets, two?.left_not_vip, two?.forwarded, two?.tx_packets],
      [20, 0, 20, 0],
    );
    const sums = interfaces.map(({ name, counters }) => ({ name, counters }));
    assert.deepEqual(workers[0]?.interfaces, sums, "of one worker the sum is its own");
    assert.deepEqual(
      controller.status().interfaces.map(({ name, counters }) => ({ name, counters })),
      sums,
    );
  }));

Deno.test("an index that is used again by another interface does not show old counts", () =>
  withController(async ({ controller, simulation }) => {
    await controller.apply({ kind: "replace", config: withInterfaces("one") });
    simulation.frames(frames(30));
    assert.deepEqual(received(controller), { one: 30 });
    await controller.apply({ kind: "replace", config: withInterfaces("two") });
    await controller.apply({ kind: "replace", config: withInterfaces("three") });
    assert.equal(simulation.portCounters(0, 1).some((value) => value > 0), true, "index 1 again");
    assert.deepEqual(received(controller), { three: 0 });
    simulation.frames(frames(4));
    assert.deepEqual(received(controller), { three: 4 });
  }));

Deno.test("an interface that changed its name only goes on counting", () =>
  withController(async ({ controller, simulation }) => {
    await controller.apply({ kind: "replace", config: withInterfaces("one") });
    simulation.frames(frames(30));
    const { interfaces, ...rest } = withInterfaces("one");
    const renamed = { ...rest, interfaces: { other: interfaces.one } };
    await controller.apply({ kind: "replace", config: renamed });
    await controller.refresh();
    assert.deepEqual(received(controller), { other: 30 });
  }));
