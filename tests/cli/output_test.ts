import assert from "node:assert/strict";
import { fit } from "../../lib/cli/output.ts";

Deno.test("what fits the terminal is shown as it is", () => {
  assert.deepEqual(fit(["one", "two"], 2, 3), ["one", "two"]);
});

Deno.test("a line that is wider than the terminal is cut, so that it takes one row", () => {
  assert.deepEqual(fit(["one and a half", "two"], 5, 7), ["one and", "two"]);
});

Deno.test("lines that the terminal has no row for are told in the last one", () => {
  assert.deepEqual(fit(["1", "2", "3", "4"], 3, 80), [
    "1",
    "2",
    "… 2 more lines: a taller window shows them",
  ]);
});

Deno.test("nothing is cut for a terminal that does not know its size", () => {
  assert.deepEqual(fit(["one", "two"], -1, 0), ["one", "two"]);
});
