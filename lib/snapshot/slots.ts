/**
 * Ids for VIPs and slot ids for servers. A flow remembers its server by slot id, and counters are found by it, so an
 * id stays while its server lives, and is free again only when no flow can remember it.
 *
 * An {@linkcode Ids} is never changed: a change makes a new one, which counts only once it is committed.
 *
 * @module
 */
import { RefusedError } from "../refused.ts";
import type { Config } from "../config.ts";
import { SERVERS_MAX, VIPS_MAX } from "../config/schema.ts";
import type { Encap } from "../dataplane.ts";
import { vipName } from "../vip_name.ts";

/** A server that is in the image. */
export interface ServerIds {
  slot: number;
  address: string;
  encap: Encap;
  /** False: removed, and there only for its flows. */
  live: boolean;
}

/** A VIP with the servers that it has in the image, by address. */
export interface VipIds {
  id: number;
  live: boolean;
  servers: ReadonlyMap<string, ServerIds>;
}

/** All ids that are taken. */
export interface Ids {
  /** By VIP name. */
  vips: ReadonlyMap<string, VipIds>;
  /** Slot ids that left the image with flows still counted, and the id of their VIP. */
  flushed: ReadonlyMap<number, number>;
}

/** Whose flows are to be forgotten: one server's, or all of a VIP. */
export interface Flush {
  vip: string;
  address?: string;
}

/** Nothing has an id. */
export const NO_IDS: Ids = { vips: new Map(), flushed: new Map() };

/**
 * The ids for a configuration: kept where there are any, new ones where not, and removed servers held until
 * {@linkcode retireIds} lets go of them. A flushed server leaves the image; if it is still configured it begins anew.
 *
 * @throws {RefusedError} 409 when flows of removed servers hold too many ids.
 */
export function assignIds(old: Ids, config: Config, flushes: readonly Flush[] = []): Ids {
  const free = freeIds(old);
  const flushed = new Map(old.flushed);
  const vips = new Map<string, VipIds>();
  for (const [name, vip] of old.vips) {
    const kept = new Map<string, ServerIds>();
    for (const [address, server] of vip.servers) {
      if (isFlushed(flushes, name, address)) flushed.set(server.slot, vip.id);
      else kept.set(address, { ...server, live: false });
    }
    vips.set(name, { id: vip.id, live: false, servers: kept });
  }
  for (const vip of config.vips) {
    const name = vipName(vip);
    const kept = vips.get(name);
    const servers = new Map(kept?.servers);
    for (const { address } of vip.servers) {
      const slot = servers.get(address)?.slot ?? free.slot();
      servers.set(address, { slot, address, encap: vip.encap, live: true });
    }
    vips.set(name, { id: kept?.id ?? free.vip(), live: true, servers });
  }
  return { vips: withoutEmpty(vips), flushed };
}

/**
 * Lets go of removed servers without flows. Only to be asked when the tables without them are committed: until then
 * a worker could still begin a flow.
 *
 * @param flowsOf Flows remembered for a slot id, over all workers.
 * @returns The same object when there is nothing to let go of.
 */
export function retireIds(old: Ids, flowsOf: (slot: number) => number): Ids {
  const forgotten = [...old.flushed.keys()].filter((slot) => flowsOf(slot) === 0);
  const vips = new Map(old.vips);
  for (const [name, vip] of old.vips) {
    const servers = [...vip.servers.values()];
    const held = servers.filter(({ live, slot }) => live || flowsOf(slot) > 0);
    if (held.length === servers.length) continue;
    vips.set(name, { ...vip, servers: new Map(held.map((server) => [server.address, server])) });
  }
  withoutEmpty(vips);
  const changed = forgotten.length > 0 ||
    [...old.vips].some(([name, vip]) => vips.get(name) !== vip);
  if (!changed) return old;
  const flushed = new Map(old.flushed);
  for (const slot of forgotten) flushed.delete(slot);
  return { vips, flushed };
}

/** Every server in the image with the VIP it belongs to. */
export function* imageServers(ids: Ids): Generator<ServerIds & { vip: number; vipName: string }> {
  for (const [name, vip] of ids.vips) {
    for (const server of vip.servers.values()) yield { ...server, vip: vip.id, vipName: name };
  }
}

/** A removed VIP is there only for its servers. */
function withoutEmpty(vips: Map<string, VipIds>): Map<string, VipIds> {
  for (const [name, vip] of vips) if (!vip.live && vip.servers.size === 0) vips.delete(name);
  return vips;
}

function isFlushed(flushes: readonly Flush[], vip: string, address: string): boolean {
  return flushes.some((flush) =>
    flush.vip === vip && (flush.address === undefined || flush.address === address)
  );
}

/** Gives out the lowest ids that nobody has; VIP ids from 0, slot ids from 1 (0 means no server). */
function freeIds(ids: Ids): { vip: () => number; slot: () => number } {
  const slots = new Set(ids.flushed.keys());
  const vips = new Set(ids.flushed.values());
  for (const vip of ids.vips.values()) {
    vips.add(vip.id);
    for (const { slot } of vip.servers.values()) slots.add(slot);
  }
  return { vip: lowest(vips, 0, VIPS_MAX, "VIPs"), slot: lowest(slots, 1, SERVERS_MAX, "servers") };
}

function lowest(taken: Set<number>, first: number, last: number, what: string): () => number {
  let next = first;
  return () => {
    while (taken.has(next)) next++;
    if (next <= last) return next++;
    const message = `no id is free: flows of removed ${what} still hold too many of ${last}`;
    throw new RefusedError(409, [{ path: "vips", message }]);
  };
}
