import assert from "node:assert/strict";
import { fit, right, table } from "../../lib/cli/output.ts";
import { peaks, sparkline } from "../../lib/cli/sparkline.ts";
import { cell, cut } from "../../lib/cli/width.ts";

Deno.test("what fits the terminal is shown as it is", () => {
  assert.deepEqual(fit(["one", "two"], 2), ["one", "two"]);
});

Deno.test("lines that the terminal has no row for are told in the last one", () => {
  assert.deepEqual(fit(["1", "2", "3", "4"], 3), [
    "1",
    "2",
    "… 2 more lines: a taller window shows them",
  ]);
});

Deno.test("a line is cut by the cells that it takes, and colours take none", () => {
  assert.equal(cut("one and a half", 7), "one and");
  assert.equal(cut("日本語", 5), "日本");
  assert.equal(cut("\x1b[31mred\x1b[39m", 3), "\x1b[31mred\x1b[39m");
  assert.equal(cut("\x1b[31mred\x1b[39m", 2), "\x1b[31mre\x1b[39m");
});

Deno.test("what would move the cursor is not shown", () => {
  assert.equal(cut("a\x1b[2Jb\nc\x07", 10), "a[2Jbc");
});

Deno.test("a cell is as wide as it is said to be, whatever stands in it", () => {
  assert.equal(cell("abc", 5), "abc  ");
  assert.equal(cell("abc", 5, ">"), "  abc");
  assert.equal(cell("abcdef", 5), "abcd…");
  assert.equal(cell("日本語", 5), "日本…");
  assert.equal(cell("日本語", 4), "日… ");
});

Deno.test("columns of a table stand below each other, also behind wide letters", () => {
  assert.equal(
    table(["NAME", right("N")], [["日本", 1], ["abcde", 22]]),
    "NAME    N\n日本    1\nabcde  22",
  );
});

Deno.test("a sparkline has a cell a value, the newest at the right, the largest full", () => {
  assert.equal(sparkline([0, 1, 4, 8], 6), "  ▁▂▅█");
  assert.equal(sparkline([0, 1, 4, 8], 2), "▅█");
  assert.equal(sparkline([0, 0], 2), "▁▁");
  assert.equal(sparkline([3, null, 3], 3), "█ █");
  assert.equal(sparkline([1], 0), "");
});

Deno.test("fewer values over the same time keep the peaks, and gaps", () => {
  assert.deepEqual(peaks([1, 5, 2, null, null, null], 3), [5, 2, null]);
  assert.deepEqual(peaks([1, 2], 60), [1, 2]);
});
