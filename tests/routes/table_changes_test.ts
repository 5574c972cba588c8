/** Which slots a change moves is told before, slot by slot and bin by bin, and comes true. */
import assert from "node:assert/strict";
import type { Applied, ApplyOptions, TableChange } from "../../lib/change.ts";
import type { Client } from "../../lib/client.ts";
import { connectTo } from "../../lib/connect.ts";
import { Site } from "./site.ts";

const VIP = "90.0.0.0/8";
const SLOTS = 1024;
const CONFIG = {
  conf: { ip4_src_address: "192.0.2.10" },
  interfaces: { net0: { device: "null", next_hop: { mac: "02:00:00:00:00:01" } } },
  vips: [{
    prefix: VIP,
    new_len: SLOTS,
    servers: [1, 2, 3, 4].map((n) => ({ address: `10.0.0.${n}` })),
  }],
};

async function withClient(act: (client: Client, site: Site) => Promise<void>): Promise<void> {
  await using site = await Site.open(CONFIG);
  using client = connectTo({ url: site.url });
  await act(client, site);
}

/** Whose each slot is; null: nobody's. */
async function holders(client: Client, slots: number): Promise<(string | null)[]> {
  const { servers, part } = await client.table(VIP, { from: 0 });
  const own = part!.servers.map((place) => servers[place]!.address);
  return Array.from({ length: slots }, (_, slot) => own[slot % own.length] ?? null);
}

const side = ({ servers, bins }: TableChange, end: "from" | "to") =>
  bins.map((bin) => {
    assert.equal(bin.length, 1, "a bin a slot");
    const place = bin[0]![end];
    return place === null ? null : servers[place]!;
  });

type Change = (client: Client, options: ApplyOptions) => Promise<Applied>;

const ROWS: [sentence: string, change: Change, slots?: number][] = [
  ["a new server", (client, options) => client.addServers(VIP, [{ address: "10.0.0.9" }], options)],
  ["a drain", (client, options) => client.setWeight(VIP, "10.0.0.2", 0, options)],
  ["a lower weight", (client, options) => client.setWeight(VIP, "10.0.0.3", 30, options)],
  ["a removed server", (client, options) => client.removeServer(VIP, "10.0.0.1", options)],
  [
    "several weights at once",
    (client, options) =>
      client.setWeights(
        VIP,
        [{ address: "10.0.0.1", weight: 10 }, { address: "10.0.0.4", weight: 0 }],
        options,
      ),
  ],
  [
    "the last server with a weight, drained",
    (client, options) =>
      client.setWeights(
        VIP,
        [1, 2, 3, 4].map((n) => ({ address: `10.0.0.${n}`, weight: 0 })),
        options,
      ),
  ],
  [
    "a smaller table",
    (client, options) => client.updateVip(VIP, { new_len: SLOTS / 4 }, options),
  ],
];

for (const [sentence, change, slots = SLOTS] of ROWS) {
  Deno.test(`${sentence} moves the slots that the preview told, each to where it told`, () =>
    withClient(async (client) => {
      const before = await holders(client, slots);
      const { plan, tables } = await change(client, { dryRun: true, bins: slots });
      assert.equal(tables?.length, 1);
      const [told] = tables;
      assert.equal(told!.vip, VIP);
      assert.equal(told!.slots, slots);
      assert.deepEqual(side(told!, "from"), before);
      const coarse = (await change(client, { dryRun: true, bins: 16 })).tables![0]!;
      const done = await change(client, { bins: slots });
      assert.deepEqual(done.tables, tables, "what was told is what is done");
      const after = await holders(client, slots);
      assert.deepEqual(side(told!, "to"), after);
      const moved = before.filter((server, slot) => server !== after[slot]).length;
      assert.ok(moved > 0);
      assert.equal(plan.vips[0]!.slots_moved, moved);
      assert.equal(movedIn(coarse), moved, "bins leave nothing out");
      assert.equal(coarse.bins.length, 16);
    }));
}

function movedIn({ bins }: TableChange): number {
  return bins.flat().reduce((sum, { from, to, slots }) => from === to ? sum : sum + slots, 0);
}

Deno.test("a new VIP's table comes from nobody; one without a table is not told, nor what moves no slot", () =>
  withClient(async (client) => {
    const vip = { prefix: "91.0.0.0/8", new_len: 64, servers: [{ address: "10.0.0.1" }] };
    const { tables } = await client.addVip(vip, { dryRun: true, bins: 2 });
    const bin = [{ from: null, to: 0, slots: 32 }];
    assert.deepEqual(tables, [
      { vip: "91.0.0.0/8", slots: 64, servers: ["10.0.0.1"], bins: [bin, bin] },
    ]);
    const bare = { prefix: "92.0.0.0/8" };
    assert.deepEqual((await client.addVip(bare, { dryRun: true, bins: 2 })).tables, []);
    const flush = await client.flushServer(VIP, "10.0.0.1", { dryRun: true, bins: 2 });
    assert.deepEqual(flush.tables, []);
    const sticky = await client.updateVip(VIP, { src_ip_sticky: true }, { dryRun: true, bins: 2 });
    assert.deepEqual(sticky.tables, []);
    const unasked = await client.setWeight(VIP, "10.0.0.1", 1, { dryRun: true });
    assert.ok(!("tables" in unasked));
  }));

Deno.test("a table is told in bins: all slots, each server's as many as it has", () =>
  withClient(async (client) => {
    for (const bins of [1, 7, 128, 1024]) {
      const table = await client.table(VIP, { bins });
      assert.equal(table.bins!.length, bins);
      const sums = table.servers.map(() => 0);
      for (const { server, slots } of table.bins!.flat()) sums[server]! += slots;
      assert.deepEqual(sums, table.servers.map(({ slots }) => slots));
    }
    const { part, bins } = await client.table(VIP, { from: 0, bins: 1024 });
    assert.deepEqual(bins!.map(([one]) => one!.server), part!.servers);
    assert.equal((await client.table(VIP)).bins, null);
  }));

Deno.test("more bins than there are slots are as many, and no number of bins is refused", () =>
  withClient(async (client, site) => {
    const small = { prefix: "91.0.0.0/8", new_len: 4, servers: [{ address: "10.0.0.1" }] };
    const { tables } = await client.addVip(small, { dryRun: true, bins: 1024 });
    assert.equal(tables![0]!.bins.length, 4, "one a slot");
    for (const bins of ["0", "1025", "x"]) {
      const { status, body } = await site.ask(
        "GET",
        `/api/v1/vips/90.0.0.0%2F8/table?bins=${bins}`,
      );
      assert.deepEqual([status, body.error.path], [400, "bins"], bins);
    }
  }));
