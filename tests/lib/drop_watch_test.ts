import assert from "node:assert/strict";
import { DropWatch } from "../../lib/controller/drop_watch.ts";
import type { TotalsView } from "../../lib/status.ts";

/** What was dropped up to the second `at`, by interface. */
function view(at: number, net0: Record<string, number>, net1: Record<string, number> = {}) {
  const names = new Set([...Object.keys(net0), ...Object.keys(net1)]);
  const total = Object.fromEntries(
    [...names].map((name) => [name, (net0[name] ?? 0) + (net1[name] ?? 0)]),
  );
  const interfaces = [{ name: "net0", counters: net0 }, { name: "net1", counters: net1 }];
  const workers = [{ index: 0, cpu: null, counters: total, interfaces }];
  return {
    at: new Date(at * 1000).toISOString(),
    total,
    workers,
    interfaces,
    flows: 0,
  } as unknown as TotalsView;
}

function watch(vips: () => [string, number][] = () => []) {
  return new DropWatch({ text: (name) => `why ${name}`, ofVips: () => new Map(vips()) });
}

Deno.test("a drop that starts is told with its sentence, its rate and its places, once", () => {
  const drops = watch();
  assert.deepEqual(drops.look(view(0, { drop_ttl: 5 })), [], "what was before is nothing new");
  const [started, ...more] = drops.look(view(2, { drop_ttl: 6 }, { drop_ttl: 20 }));
  assert.deepEqual(started, {
    name: "drop_ttl",
    text: "why drop_ttl",
    state: "started",
    packets: 21,
    rate: 10.5,
    interfaces: ["net1", "net0"],
    workers: [0],
    vips: [],
  });
  assert.deepEqual(more, []);
  assert.deepEqual(drops.look(view(3, { drop_ttl: 9 }, { drop_ttl: 20 })), []);
});

Deno.test("a drop stops when it was silent for ten seconds, and can start again", () => {
  const drops = watch();
  drops.look(view(0, {}));
  drops.look(view(1, { drop_ttl: 1 }));
  for (let at = 2; at < 8; at++) assert.deepEqual(drops.look(view(at, { drop_ttl: 1 })), []);
  drops.look(view(8, { drop_ttl: 2 })); // not over yet
  for (let at = 9; at < 18; at++) assert.deepEqual(drops.look(view(at, { drop_ttl: 2 })), []);
  const [stopped] = drops.look(view(18, { drop_ttl: 2 }));
  assert.deepEqual([stopped?.state, stopped?.packets, stopped?.rate], ["stopped", 2, 0]);
  assert.deepEqual(drops.look(view(19, { drop_ttl: 2 })), []);
  assert.equal(drops.look(view(20, { drop_ttl: 3 }))[0]?.state, "started");
});

Deno.test("VIPs are told that count a drop since it was last silent, the most first", () => {
  let counted: [string, number][] = [["a", 100], ["b", 0], ["c", 0]];
  const drops = watch(() => counted);
  drops.look(view(0, {}));
  counted = [["a", 100], ["b", 1], ["c", 3], ["d", 2]];
  assert.deepEqual(drops.look(view(1, { drop_no_server: 6 }))[0]?.vips, ["c", "d", "b"]);
  for (let at = 2; at < 12; at++) drops.look(view(at, { drop_no_server: 6 }));
  counted = [["a", 101], ["b", 1], ["c", 3], ["d", 2]];
  assert.deepEqual(drops.look(view(12, { drop_no_server: 7 }))[0]?.vips, ["a"]);
});
