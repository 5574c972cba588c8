/**
 * What the counters of an id stood at when its present owner got it. The data plane never resets a counter, so an
 * id that is used again would show its former owner's counts.
 *
 * @module
 */
import type { Dataplane } from "../dataplane.ts";
import type { Ports } from "../ports.ts";
import { type Ids, imageServers } from "../snapshot/slots.ts";

/** By id; one that is missing stood at 0. */
export interface Baselines {
  vips: ReadonlyMap<number, number[]>;
  servers: ReadonlyMap<number, number[]>;
  /** By the port's index: a list for each worker. */
  ports: ReadonlyMap<number, number[][]>;
}

/** No id was ever used. */
export const NO_BASELINES: Baselines = { vips: new Map(), servers: new Map(), ports: new Map() };

/** Whose ids are taken. */
export interface Owners {
  ids: Ids;
  ports: Ports;
}

/** The baselines of `now`: kept for ids that `old` had already, read for new ones. To be called before the commit. */
export function nextBaselines(
  dataplane: Dataplane,
  baselines: Baselines,
  old: Owners,
  now: Owners,
): Baselines {
  const workers = Array.from({ length: dataplane.workers }, (_, worker) => worker);
  return {
    vips: next(baselines.vips, vipIds(old), vipIds(now), (id) => dataplane.vipCounters(id)),
    servers: next(
      baselines.servers,
      slotIds(old),
      slotIds(now),
      (slot) => dataplane.serverCounters(slot),
    ),
    ports: next(
      baselines.ports,
      portIndices(old),
      portIndices(now),
      (index) => workers.map((worker) => dataplane.portCounters(worker, index)),
    ),
  };
}

function next<Values extends number[] | number[][]>(
  baselines: ReadonlyMap<number, Values>,
  old: Set<number>,
  now: Set<number>,
  read: (id: number) => Values,
): Map<number, Values> {
  const result = new Map<number, Values>();
  for (const id of now) {
    const values = old.has(id) ? baselines.get(id) : read(id);
    if (values?.flat().some((value) => value !== 0)) result.set(id, values);
  }
  return result;
}

function vipIds({ ids }: Owners): Set<number> {
  return new Set([...ids.vips.values()].map(({ id }) => id));
}

function slotIds({ ids }: Owners): Set<number> {
  return new Set([...imageServers(ids)].map(({ slot }) => slot));
}

function portIndices({ ports }: Owners): Set<number> {
  return new Set([...ports.values()].map(({ info }) => info.index));
}
