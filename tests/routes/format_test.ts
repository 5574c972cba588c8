import assert from "node:assert/strict";
import { NOTHING, percent, short, shortMoment, whole } from "../../routes/(components)/format.ts";

Deno.test("rates have three digits and a unit, at every border", () => {
  const rows: [number, string][] = [
    [0, "0"],
    [0.4, "0"],
    [999.4, "999"],
    [999.6, "1.00 k"],
    [9994, "9.99 k"],
    [9996, "10.0 k"],
    [99_940, "99.9 k"],
    [99_960, "100 k"],
    [999_600, "1.00 M"],
    [12_345_678, "12.3 M"],
    [1e10, "10.0 G"],
    [1.5e15, "1500 T"],
  ];
  for (const [value, text] of rows) assert.equal(short(value), text);
});

Deno.test("whole numbers are grouped by three, parts are told in percent", () => {
  assert.deepEqual(
    [0, 999, 1000, 1_234_567].map((value) => whole(value).replaceAll("\u202f", "_")),
    [
      "0",
      "999",
      "1_000",
      "1_234_567",
    ],
  );
  assert.equal(percent(1, 3), "33.3 %");
  assert.equal(percent(0, 0), NOTHING);
});

Deno.test("of today the time is told, of other days the day", () => {
  const now = new Date("2026-11-29T23:00:00Z");
  assert.equal(shortMoment("2026-11-29T22:57:16.123Z", now), "22:57:16");
  assert.equal(shortMoment("2026-11-28T22:57:16.123Z", now), "2026-11-28");
});
