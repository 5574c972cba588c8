import assert from "node:assert/strict";
import { table } from "../../lib/cli/output.ts";

Deno.test("columns are as wide as their widest cell, and lines end without space", () => {
  const columns = ["NAME", { name: "N", align: ">" as const }, "NOTE"];
  assert.equal(
    table(columns, [["a", 1, ""], ["longer", 100, "x"]]),
    "NAME      N  NOTE\na         1\nlonger  100  x",
  );
});

Deno.test("a table may have more rows than a call takes arguments", () => {
  const rows = Array.from({ length: 300_000 }, (_, at) => [at]);
  assert.equal(table(["N"], rows).split("\n").length, rows.length + 1);
});
