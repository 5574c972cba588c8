/**
 * Which slots of new-connection tables a change moves, bin by bin: what a preview is drawn from.
 *
 * @module
 */
import type { TableChange } from "./change.ts";
import type { Config } from "./config.ts";
import type { Built } from "./plan.ts";
import { TableBins } from "./table_bins.ts";
import { vipName } from "./vip_name.ts";

/** Stands for no server. */
const NOBODY = -1;

/**
 * Of VIPs that are there afterwards and of whose slots some move; counted as {@linkcode makePlan} counts them.
 *
 * @param bins Into how many each table is cut.
 * @throws {RefusedError} 400 for more bins than can be told
 */
export function tableChanges(before: Built, after: Built, bins: number): TableChange[] {
  const counter = new TableBins(bins);
  return after.config.vips.map(vipName)
    .filter((name) => before.tables.get(name) !== after.tables.get(name))
    .map((name) => tableChange(name, before, after, counter))
    .filter(({ bins }) => bins.some((bin) => bin.some(({ from, to }) => from !== to)));
}

function tableChange(
  vip: string,
  before: Built,
  after: Built,
  counter: TableBins,
): TableChange {
  const servers = [
    ...new Set([...addressesOf(before.config, vip), ...addressesOf(after.config, vip)]),
  ];
  const places = new Map(servers.map((address, at) => [address, at]));
  const from = holders(vip, before, places);
  const to = holders(vip, after, places);
  const slots = Math.max(from.length, to.length);
  const all = servers.length + 1;
  const counts = counter.count(slots, (slot) => (from.at(slot) + 1) * all + to.at(slot) + 1);
  return {
    vip,
    slots,
    servers,
    bins: counts.map((bin) =>
      [...bin].map(([key, slots]) => ({
        from: orNull(Math.floor(key / all) - 1),
        to: orNull(key % all - 1),
        slots,
      }))
    ),
  };
}

function addressesOf(config: Config, name: string): string[] {
  const vip = config.vips.find((vip) => vipName(vip) === name);
  return vip?.servers.map(({ address }) => address) ?? [];
}

/** Whose each slot is, by place; a slot of a larger table is that modulo its length of the smaller. */
function holders(vip: string, { tables, ids }: Built, places: Map<string, number>) {
  const table = tables.get(vip)?.table ?? new Uint32Array(0);
  const placeOf = new Map(
    [...ids.vips.get(vip)?.servers.values() ?? []].map(({ slot, address }) =>
      [slot, places.get(address) ?? NOBODY] as const
    ),
  );
  const mask = table.length - 1;
  return {
    length: table.length,
    at: (slot: number) => table.length === 0 ? NOBODY : placeOf.get(table[slot & mask]!) ?? NOBODY,
  };
}

function orNull(place: number): number | null {
  return place === NOBODY ? null : place;
}
