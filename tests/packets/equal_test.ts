import assert from "node:assert/strict";
import { simulate } from "../../ffi/mod.ts";
import type { Snapshot } from "../../lib/dataplane.ts";
import { tablesOf, type VipGiven } from "./tables.ts";
import { flows, send } from "./traffic.ts";

const SERVERS = Array.from(
  { length: 9 },
  (_, i) => ({ address: `10.0.0.${i + 1}`, weight: 20 + i }),
);
const vip = (servers: VipGiven["servers"]) => [{ prefix: "90.0.0.0/8", servers }];

/** Addresses that take flows, in a simulation of its own. */
async function chosen(tables: Snapshot): Promise<string[]> {
  await using simulation = simulate();
  await simulation.commit(tables);
  const addresses = new Map(tables.servers.map(({ slot, address }) => [slot, address.join(".")]));
  return send(simulation, flows(3000)).map(({ server }) => addresses.get(server ?? 0) ?? "none");
}

Deno.test("equal configurations steer equally, whatever the order and the slot ids", async () => {
  const given = await chosen(tablesOf(vip(SERVERS)));
  const other = await chosen(
    tablesOf(vip(SERVERS.toReversed().map((server, i) => ({ ...server, slot: 500 + 3 * i })))),
  );
  assert.deepEqual(other, given);
  assert.equal(new Set(given).size, 9);
});

Deno.test("another hash key steers differently", async () => {
  const given = await chosen(tablesOf(vip(SERVERS)));
  const other = await chosen(tablesOf(vip(SERVERS), { hashKey: new Uint8Array(16).fill(1) }));
  const same = given.filter((server, i) => server === other[i]).length;
  assert.ok(same < given.length / 5, `${same} of ${given.length} the same`);
});

Deno.test("100 servers share 20,000 flows as chance would have it", async () => {
  const servers = Array.from({ length: 100 }, (_, i) => `10.0.1.${i + 1}`);
  const tables = tablesOf([{ prefix: "90.0.0.0/8", size: 65536, servers }], { buckets: 65536 });
  await using simulation = simulate();
  await simulation.commit(tables);
  const results = send(simulation, flows(20_000));
  const counts = new Map<number, number>();
  for (const { server } of results) counts.set(server!, (counts.get(server!) ?? 0) + 1);
  const square = [...tables.servers].reduce(
    (sum, { slot }) => sum + ((counts.get(slot) ?? 0) - 200) ** 2 / 200,
    0,
  );
  // Chi-square with 99 degrees of freedom: beyond 160 once in 10,000 keys, below 50 likewise.
  assert.ok(square > 50 && square < 160, `chi-square ${square}`);
});
