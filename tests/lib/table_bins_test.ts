import assert from "node:assert/strict";
import { RefusedError } from "../../lib/refused.ts";
import { TableBins } from "../../lib/table_bins.ts";

Deno.test("slots are counted in order, none left out, in bins of nearly the same size", () => {
  for (const [bins, slots] of [[1, 1], [3, 8], [4, 4], [7, 1024], [5, 3]] as const) {
    const counted = new TableBins(bins).count(slots, (slot) => slot);
    assert.deepEqual(
      counted.flatMap((bin) => [...bin.keys()]),
      Array.from({ length: slots }, (_, n) => n),
    );
    const sizes = counted.map(({ size }) => size);
    assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, String(sizes));
    assert.equal(counted.length, Math.min(bins, slots));
  }
  assert.deepEqual(new TableBins(2).count(6, (slot) => slot % 2), [
    new Map([[0, 2], [1, 1]]),
    new Map([[1, 2], [0, 1]]),
  ]);
  assert.deepEqual(new TableBins(8).count(0, () => 0), []);
});

Deno.test("more numbers than can be told are refused, however many tables they come from", () => {
  const refused = (error: unknown) =>
    error instanceof RefusedError && error.status === 400 && error.problems[0]!.path === "bins";
  const counter = new TableBins(1024);
  assert.throws(() => counter.count(1 << 21, (slot) => slot), refused);
  const several = new TableBins(1024);
  several.count(1 << 20, (slot) => slot);
  assert.throws(() => several.count(1, () => 0), refused);
});
