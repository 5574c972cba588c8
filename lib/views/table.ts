/**
 * A VIP's new-connection table: who has how much of it, and which server each slot leads to.
 *
 * @module
 */
import type { TableQuery, TableView } from "../question.ts";
import type { VipConfig } from "../config.ts";
import { RefusedError } from "../refused.ts";
import type { Running } from "../running.ts";
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
  const share = (part: number, whole: number) => whole === 0 ? 0 : part / whole;
  return {
    vip: name,
    slots: table.length,
    servers: vip.servers.map(({ address, weight }) => {
      const slots = counts.get(slotOf(address)) ?? 0;
      const wanted = share(weight, weights);
      return { address, weight, slots, wanted, got: share(slots, table.length) };
    }),
    part: query.from === undefined
      ? null
      : partOf(table, vip.servers.map(({ address }) => slotOf(address)), query.from, query.limit),
  };
}

function partOf(table: Uint32Array, order: number[], from: number, limit = SLOTS_MOST) {
  if (from > table.length) {
    const message = `the table has ${table.length} slots; ${from} is behind the last`;
    throw new RefusedError(400, [{ path: "from", message }]);
  }
  const places = new Map(order.map((slot, index) => [slot, index]));
  const part = table.subarray(from, from + Math.min(limit, SLOTS_MOST));
  return { from, servers: Array.from(part, (slot) => places.get(slot)!) };
}
