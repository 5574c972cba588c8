/** What a change does to established flows is told before, and comes true. */
import assert from "node:assert/strict";
import type { Applied, ApplyOptions } from "../../lib/change.ts";
import type { Client } from "../../lib/client.ts";
import { connectTo } from "../../lib/connect.ts";
import { Site } from "./site.ts";

const VIP = "90.0.0.0/8";
const FLOWS = 300;

type Change = (client: Client, options: ApplyOptions) => Promise<Applied>;

const ROWS: [sentence: string, change: Change, reason: string | null][] = [
  [
    "a weight affects none",
    (client, options) => client.setWeight(VIP, "10.0.0.1", 1, options),
    null,
  ],
  [
    "a drain affects none",
    (client, options) => client.setWeight(VIP, "10.0.0.1", 0, options),
    null,
  ],
  [
    "a new server affects none",
    (client, options) => client.addServers(VIP, [{ address: "10.0.0.3" }], options),
    null,
  ],
  [
    "a removed server's flows go on",
    (client, options) => client.removeServer(VIP, "10.0.0.1", options),
    null,
  ],
  [
    "a server removed and flushed loses its own",
    (client, options) => client.removeServer(VIP, "10.0.0.1", { ...options, flush: true }),
    "flushed",
  ],
  ["a flushed VIP loses all", (client, options) => client.flushVip(VIP, options), "flushed"],
  ["a removed VIP loses all", (client, options) => client.removeVip(VIP, options), "removed"],
  [
    "stickiness affects all",
    (client, options) => client.updateVip(VIP, { src_ip_sticky: true }, options),
    "src_ip_sticky",
  ],
  [
    "another encap affects all",
    (client, options) => client.updateVip(VIP, { encap: "ipip" }, options),
    "encap",
  ],
  [
    "another table affects none",
    (client, options) => client.updateVip(VIP, { new_len: 256 }, options),
    null,
  ],
];

for (const [sentence, change, reason] of ROWS) {
  Deno.test(`${sentence}, by the preview and by the packets`, async () => {
    await using site = await Site.open();
    using client = connectTo({ url: site.url });
    site.traffic(FLOWS);
    const preview = await change(client, { dryRun: true });
    const { effects } = preview;
    assert.deepEqual(effects.vips.map((vip) => vip.reason), reason === null ? [] : [reason]);
    const before = site.controller.counters().total;
    const done = await change(client, {});
    assert.deepEqual(done.effects, effects, "what was told is what is done");
    assert.deepEqual(done.plan, preview.plan);
    site.traffic(FLOWS);
    const { total } = site.controller.counters();
    const went = total.next_packet! - before.next_packet!;
    // Packets of another encap's flows go on in another form; those of one client are one sticky flow.
    const counted = reason !== "encap" && reason !== "src_ip_sticky";
    assert.equal(effects.flows_affected, counted ? FLOWS - went : FLOWS);
  });
}

Deno.test("a server that a small table gives too much is told, from any factor on", async () => {
  await using site = await Site.open();
  using client = connectTo({ url: site.url });
  const servers = Array.from({ length: 12 }, (_, n) => ({ address: `10.0.1.${n}` }));
  const vip = { prefix: "93.0.0.0/8", new_len: 16, servers };
  const { effects } = await client.addVip(vip, { dryRun: true });
  assert.ok(effects.crowded.length > 0);
  const { slots, servers: shares } = (await client.addVip(vip), await client.table("93.0.0.0/8"));
  assert.equal(slots, 16);
  for (const { address, wanted, got, times } of effects.crowded) {
    const share = shares.find((server) => server.address === address)!;
    assert.deepEqual([wanted, got, times], [share.wanted, share.got, share.got / share.wanted]);
    assert.ok(times > 1.25);
  }
  const told = new Set(effects.crowded.map(({ address }) => address));
  for (const { address, got, wanted } of shares) {
    assert.equal(told.has(address), got > 1.25 * wanted, address);
  }
  const again = { ...vip, prefix: "94.0.0.0/8" };
  assert.deepEqual((await client.addVip(again, { dryRun: true, over: 4 })).effects.crowded, []);
  assert.deepEqual((await client.addVip({ ...again, new_len: 65_536 })).effects.crowded, []);
});

Deno.test("a factor that is none is refused", async () => {
  await using site = await Site.open();
  for (const over of ["0.5", "x", "-2"]) {
    const path = `/api/v1/vips?dry_run&over=${over}`;
    const { status, body } = await site.ask("POST", path, { prefix: "93.0.0.0/8" });
    assert.equal(status, 400);
    assert.equal(body.error.path, "over");
  }
});
