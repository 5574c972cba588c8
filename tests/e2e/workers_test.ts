import assert from "node:assert/strict";
import { demoConfig } from "../../lib/demo/topology.ts";
import { httpRound, rootTest, withLab } from "./lab.ts";

rootTest("two workers share the traffic, and every flow sticks", async () => {
  await withLab(demoConfig(2), async (lab) => {
    const tally = await httpRound(lab);
    assert.equal(tally.answered, 600, tally.errors.join("\n"));
    assert.deepEqual(tally.kept, { connections: 60, changed: 0 });
    const { workers, total } = await lab.api.counters();
    assert.equal(workers.length, 2);
    for (const { index, counters } of workers) {
      assert.ok((counters["forwarded"] ?? 0) > 0, `worker ${index} forwarded nothing`);
    }
    for (const name of ["forwarded", "first_packet", "next_packet"]) {
      const sum = workers.reduce((n, { counters }) => n + (counters[name] ?? 0), 0);
      assert.equal(sum, total[name], name);
    }
  });
});

rootTest("a flow is remembered by one worker only", async () => {
  await withLab(demoConfig(2), async (lab) => {
    const tally = await httpRound(lab);
    const connections = Object.values(tally.connections)
      .flatMap((servers) => Object.values(servers)).reduce((a, b) => a + b, 0);
    const { total } = await lab.api.counters();
    // Each connection began once: its packets all came to the worker that remembers it.
    assert.equal(total["first_packet"], connections);
  });
});
