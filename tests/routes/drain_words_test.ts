/** What is told of a server that takes no new flows. */
import assert from "node:assert/strict";
import { drainWords } from "../../routes/(components)/vip/drain_words.ts";
import { followDrain } from "../../routes/(islands)/live/drain.ts";

Deno.test("what is left at a server is told with as much as is known of its end", () => {
  assert.equal(drainWords(0, 40, null), "no flow left: it may be removed");
  assert.equal(drainWords(1, 40, null), "1 flow left; each ends 40 s after its last packet");
  assert.equal(drainWords(7, 40, { quiet: 0, rest: null }), "7 flows left, in use");
  assert.equal(
    drainWords(7, 40, { quiet: 0, rest: 150 }),
    "7 flows left, about 2 min 30 s at this pace",
  );
  assert.equal(
    drainWords(7, 40, { quiet: 15, rest: 1 }),
    "7 flows left, at rest: gone within 25 s",
  );
  assert.equal(drainWords(7, 40, { quiet: 41, rest: null }), "7 flows left, all due to end");
});

Deno.test("whoever looks on sees how fast flows end, and since when none has a packet", () => {
  const cell = { dataset: { timeout: "40" } } as unknown as HTMLElement;
  const look = (at: number, flows: number, packets: number) =>
    followDrain("server/a/flows", { at: at * 1000, flows, packets }, cell);
  assert.match(look(0, 100, 1000), /each ends 40 s after/);
  assert.equal(look(1, 100, 1010), "100 flows left, in use");
  assert.equal(look(10, 80, 1200), "80 flows left, about 40 s at this pace");
  assert.equal(look(11, 80, 1200), "80 flows left, at rest: gone within 39 s");
  assert.equal(look(30, 50, 1200), "50 flows left, at rest: gone within 20 s");
  assert.match(look(31, 50, 1201), /^50 flows left, about \d+ s at this pace$/);
  assert.equal(look(200, 50, 1201), "50 flows left; each ends 40 s after its last packet", "a gap");
  assert.equal(look(201, 0, 1201), "no flow left: it may be removed");
});
