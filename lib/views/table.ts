/**
 * A VIP's new-connection table: who has how much of it, and which server each slot leads to.
 *
 * @module
 */
import type { TableQuery, TableView } from "../question.ts";
import type { VipConfig } from "../config.ts";
import { RefusedError } from "../refused.ts";
import type { Running } from "../running.ts";
import { TableBins } from "../table_bins.ts";
import { vipName } from "../vip_name.ts";

/** Slots of one answer. */
const SLOTS_MOST = 65_536;

/** @throws {RefusedError} 400 for a part that the table does not have */
export function viewTable(running: Running, vip: VipConfig, query: TableQuery = {}): TableView {
  const name = vipName(vip);
  const { table, counts } = running.tables.get(name)!;
  const { servers } = running.ids.vips.get(name)!;
  const weights = vip.servers.reduce((sum, { weight }) => sum + weight, 0);
  const slotOf = (address: string) => servers.get(address)!.slot;
  const order = vip.servers.map(({ address }) => slotOf(address));
  const share = (part: number, whole: number) => whole === 0 ? 0 : part / whole;
  return {
    vip: name,
    slots: table.length,
    servers: vip.servers.map(({ address, weight }) => {
      const slots = counts.get(slotOf(address)) ?? 0;
      const wanted = share(weight, weights);
      return { address, weight, slots, wanted, got: share(slots, table.length) };
    }),
    part: query.from === undefined ? null : partOf(table, order, query.from, query.limit),
    bins: query.bins === undefined ? null : binsOf(table, order, query.bins),
  };
}

function partOf(table: Uint32Array, order: number[], from: number, limit = SLOTS_MOST) {
  if (from > table.length) {
    const message = `the table has ${table.length} slots; ${from} is behind the last`;
    throw new RefusedError(400, [{ path: "from", message }]);
  }
  const places = placesOf(order);
  const part = table.subarray(from, from + Math.min(limit, SLOTS_MOST));
  return { from, servers: Array.from(part, (slot) => places.get(slot)!) };
}

function binsOf(table: Uint32Array, order: number[], bins: number) {
  const places = placesOf(order);
  return new TableBins(bins).count(table.length, (slot) => places.get(table[slot]!)!)
    .map((counts) => [...counts].map(([server, slots]) => ({ server, slots })));
}

/** The index of a server by its slot id. */
function placesOf(order: number[]): Map<number, number> {
  return new Map(order.map((slot, index) => [slot, index]));
}
