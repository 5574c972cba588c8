/**
 * What the counters of an id stood at when its present owner got it. The data plane never resets a counter, so an
 * id that is used again would show its former owner's counts.
 *
 * @module
 */
import type { Dataplane } from "../dataplane.ts";
import { type Ids, imageServers } from "../snapshot/slots.ts";

/** By id; one that is missing stood at 0. */
export interface Baselines {
  vips: ReadonlyMap<number, number[]>;
  servers: ReadonlyMap<number, number[]>;
}

/** No id was ever used. */
export const NO_BASELINES: Baselines = { vips: new Map(), servers: new Map() };

/** The baselines of `now`: kept for ids that `old` had already, read for new ones. To be called before the commit. */
export function nextBaselines(
  dataplane: Dataplane,
  baselines: Baselines,
  old: Ids,
  now: Ids,
): Baselines {
  return {
    vips: next(baselines.vips, vipIds(old), vipIds(now), (id) => dataplane.vipCounters(id)),
    servers: next(
      baselines.servers,
      slotIds(old),
      slotIds(now),
      (slot) => dataplane.serverCounters(slot),
    ),
  };
}

function next(
  baselines: ReadonlyMap<number, number[]>,
  old: Set<number>,
  now: Set<number>,
  read: (id: number) => number[],
): Map<number, number[]> {
  const result = new Map<number, number[]>();
  for (const id of now) {
    const values = old.has(id) ? baselines.get(id) : read(id);
    if (values?.some((value) => value !== 0)) result.set(id, values);
  }
  return result;
}

function vipIds(ids: Ids): Set<number> {
  return new Set([...ids.vips.values()].map(({ id }) => id));
}

function slotIds(ids: Ids): Set<number> {
  return new Set([...imageServers(ids)].map(({ slot }) => slot));
}
