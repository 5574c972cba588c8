/**
 * Ids for VIPs and slot ids for servers. A flow remembers its server by slot id, and counters are found by it, so an
 * id stays while its server lives, and is free again only when no flow can remember it.
 *
 * An {@linkcode Ids} is never changed: a change makes a new one, which counts only once it is committed.
 *
 * @module
 */
import type { Flush } from "../change.ts";
import type { Config, VipConfig } from "../config.ts";
import { hasSource } from "../config/encaps.ts";
import { parseAddress } from "../net.ts";
import { vipName } from "../vip_name.ts";
import { freeIds } from "./free_ids.ts";
import { type Sending, sendingOf } from "./sending.ts";

/** A server that is in the image. */
export interface ServerIds {
  slot: number;
  address: string;
  /** A removed one is sent to as it was last. */
  sending: Sending;
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

/** Nothing has an id. */
export const NO_IDS: Ids = { vips: new Map(), flushed: new Map() };

/**
 * The ids for a configuration: kept where there are any, new ones where not, and removed servers held until
 * {@linkcode retireIds} lets go of them. A flushed server leaves the image; if it is still configured it begins anew.
 * A removed one that nothing can be sent to any more, since the tunnels' source address went, leaves it, too.
 *
 * @throws {RefusedError} 409 when flows of removed servers hold too many ids.
 */
export function assignIds(old: Ids, config: Config, flushes: readonly Flush[] = []): Ids {
  const free = freeIds(old);
  const { vips, flushed } = allRemoved(old, flushes);
  for (const vip of config.vips) addLive(vips, vip, free);
  dropUnsendable(vips, flushed, config);
  return { vips: withoutEmpty(vips), flushed };
}

/** Ids that are being assigned. */
interface Draft {
  vips: Map<string, VipIds>;
  flushed: Map<number, number>;
}

/** What would stand if nothing were configured any more. */
function allRemoved(old: Ids, flushes: readonly Flush[]): Draft {
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
  return { vips, flushed };
}

function addLive(vips: Draft["vips"], vip: VipConfig, free: ReturnType<typeof freeIds>): void {
  const name = vipName(vip);
  const kept = vips.get(name);
  const servers = new Map(kept?.servers);
  const sending = sendingOf(vip);
  for (const { address } of vip.servers) {
    const slot = servers.get(address)?.slot ?? free.slot();
    servers.set(address, { slot, address, sending, live: true });
  }
  vips.set(name, { id: kept?.id ?? free.vip(), live: true, servers });
}

function dropUnsendable(
  vips: Draft["vips"],
  flushed: Draft["flushed"],
  { conf }: Config,
): void {
  for (const [name, vip] of vips) {
    const lost = [...vip.servers.values()].filter((server) => !canSend(server, conf));
    if (lost.length === 0) continue;
    const servers = new Map(vip.servers);
    for (const { slot, address } of lost) {
      flushed.set(slot, vip.id);
      servers.delete(address);
    }
    vips.set(name, { ...vip, servers });
  }
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

/** What is configured was checked with the configuration; what is removed may need what that no longer has. */
function canSend({ live, address, sending }: ServerIds, conf: Config["conf"]): boolean {
  return live || hasSource(sending.encap, parseAddress(address).family, conf);
}

function isFlushed(flushes: readonly Flush[], vip: string, address: string): boolean {
  return flushes.some((flush) =>
    flush.vip === vip && (flush.address === undefined || flush.address === address)
  );
}
