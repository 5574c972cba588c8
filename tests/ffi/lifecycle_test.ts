import assert from "node:assert/strict";
import { libraryPath, loadLibrary, simulate } from "../../ffi/mod.ts";
import { DataplaneError, type Simulation } from "../../lib/dataplane.ts";
import { frame } from "../packets/frame.ts";
import { tablesOf } from "../packets/tables.ts";
import { flow, send } from "../packets/traffic.ts";

const FRAME = frame({ from: "203.0.113.7", to: "90.1.2.3", sport: 4001, dport: 80 });
const tables = (revision = 1, servers = ["10.0.0.1"]) =>
  tablesOf([{ prefix: "90.0.0.0/8", servers }], { revision });

Deno.test("every call after close throws, and reaches no freed memory", async () => {
  const simulation = simulate();
  await simulation.commit(tables());
  simulation.frames([FRAME]);
  await simulation.close();
  const calls: ((s: Simulation) => unknown)[] = [
    (s) => s.frames([FRAME]),
    (s) => s.frames([]),
    (s) => s.trace(FRAME),
    (s) => s.flows({}, 10),
    (s) => s.tableUse(),
    (s) => s.workerCounters(0),
    (s) => s.vipCounters(0),
    (s) => s.serverCounters(1),
    (s) => s.portCounters(0, 0),
    (s) => s.setClock(1),
    (s) => s.commit(tables()),
    (s) => s.bench({ mode: "hit", flows: 1, frameLength: 60, seconds: 0.01 }),
  ];
  for (const call of calls) {
    await assert.rejects(async () => await call(simulation), (error) => {
      assert.ok(error instanceof DataplaneError, `${call}: ${error}`);
      assert.equal(error.message, "The data plane is closed");
      return true;
    });
  }
  await simulation.close();
});

Deno.test("close waits for commits that are under way", async () => {
  const simulation = simulate();
  const commits = [1, 2, 3].map((revision) => simulation.commit(tables(revision)));
  const closed = simulation.close();
  await assert.rejects(simulation.commit(tables(4)), /is closed/);
  await Promise.all([...commits, closed]);
});

Deno.test("commits at the same time are done one after the other; the last one stays", async () => {
  await using simulation = simulate();
  const servers = Array.from({ length: 20 }, (_, i) => `10.0.0.${i + 1}`);
  await Promise.all(servers.map((server, i) => simulation.commit(tables(i + 1, [server]))));
  const [result] = simulation.frames([FRAME]);
  assert.deepEqual(result?.output?.slice(30, 34), Uint8Array.of(10, 0, 0, 20));
});

Deno.test("a refused commit does not stop those behind it", async () => {
  await using simulation = simulate();
  const refused = simulation.commit({ ...tables(1), timeout: 0 });
  const taken = simulation.commit(tables(2));
  await assert.rejects(refused, /image\.timeout: 0/);
  await taken;
  assert.equal(simulation.frames([FRAME])[0]?.verdict, "forwarded");
});

Deno.test("simulations are apart from each other", async () => {
  await using one = simulate();
  await using other = simulate();
  await one.commit(tables());
  await other.commit(tables());
  send(one, [flow(1), flow(2)]);
  assert.equal(one.tableUse().flows, 2);
  assert.equal(other.tableUse().flows, 0);
  assert.equal(other.workerCounters(0)[0], 0);
});

Deno.test("before the first commit a simulation says that it has no tables", async () => {
  await using simulation = simulate();
  assert.throws(() => simulation.frames([FRAME]), DataplaneError);
  assert.throws(() => simulation.trace(FRAME), DataplaneError);
  assert.deepEqual(simulation.flows({}, 10), { flows: [], cursor: null });
  assert.throws(() => simulation.tableUse(1), DataplaneError, "there is one worker");
  assert.deepEqual(simulation.tableUse(), { buckets: 0, capacity: 0, flows: 0 });
});

Deno.test("numbers outside of their range are refused, not passed on", async () => {
  await using simulation = simulate();
  await simulation.commit(tables());
  assert.throws(() => simulation.workerCounters(1), RangeError);
  assert.throws(() => simulation.vipCounters(65_536), RangeError);
  assert.throws(() => simulation.vipCounters(-1), RangeError);
  assert.throws(() => simulation.serverCounters(262_144), RangeError);
  assert.throws(() => simulation.serverCounters(0.5), RangeError);
  assert.throws(() => simulation.portCounters(1, 0), RangeError);
  assert.throws(() => simulation.portCounters(0, 32), RangeError);
  assert.throws(() => simulation.portCounters(0, -1), RangeError);
  for (const max of [0, -1, 1.5, 1e9]) {
    assert.throws(() => simulation.flows({}, max), DataplaneError, String(max));
  }
  assert.deepEqual(simulation.flows({ cursor: 0xffffffffffffffffn }, 5).flows, []);
  assert.deepEqual(simulation.flows({ cursor: 7n }, 5).flows, []);
  assert.throws(() => simulation.frames([new Uint8Array((1 << 20) + 1)]), DataplaneError);
  assert.deepEqual(simulation.frames([]), []);
});

Deno.test("the catalog names every counter once, with a sentence", async () => {
  await using simulation = simulate();
  const { worker, vip, server, verdicts, port } = simulation.catalog;
  for (const list of [worker, vip, server, verdicts, port]) {
    assert.equal(new Set(list.map(({ name }) => name)).size, list.length);
    for (const { name, text } of list) {
      assert.match(name, /^[a-z][a-z0-9_]*$/);
      assert.match(text, /^([a-z]|[A-Z]{2}).* .*[A-Za-z0-9)]$/, name);
    }
  }
  assert.deepEqual(worker.slice(0, verdicts.length), verdicts);
  assert.deepEqual(port.slice(0, verdicts.length), verdicts);
  assert.equal(verdicts[0]?.name, "forwarded");
  assert.equal(simulation.workerCounters(0).length, worker.length);
  assert.equal(simulation.vipCounters(0).length, vip.length);
  assert.equal(simulation.serverCounters(1).length, server.length);
  assert.equal(simulation.portCounters(0, 31).length, port.length);
});

Deno.test("counters are seen as they are now, without a call into the library", async () => {
  await using simulation = simulate();
  await simulation.commit(tables());
  const at = simulation.catalog.worker.findIndex(({ name }) => name === "forwarded");
  for (let i = 0; i < 5; i++) {
    assert.equal(simulation.workerCounters(0)[at], i);
    simulation.frames([FRAME]);
  }
});

Deno.test("a library that is not there, or is none, is named with the remedy", async () => {
  assert.throws(
    () => simulate({ library: "/nonexistent/lib.so" }),
    /\/nonexistent\/lib\.so is not there\. Run `deno task build`/,
  );
  const file = await Deno.makeTempFile({ suffix: ".so" });
  try {
    assert.throws(() => simulate({ library: file }), /cannot be loaded: .* Run `deno task build`/);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("the library is loaded once, and knows its version", () => {
  const library = loadLibrary();
  assert.equal(loadLibrary(libraryPath()), library);
  assert.match(library.version, /^guideway \d+\.\d+\.\d+$/);
});

Deno.test("importing the border loads nothing", async () => {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", `await import("${new URL("../../ffi/mod.ts", import.meta.url)}")`],
    env: { GUIDEWAY_LIBRARY: "/nonexistent/lib.so" },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
});
