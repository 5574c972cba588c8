import { SERVERS_MAX, VIPS_MAX } from "../config/schema.ts";
import { RefusedError } from "../refused.ts";
import type { Ids } from "./slots.ts";

/** Gives out the lowest ids that nobody has; VIP ids from 0, slot ids from 1 (0 means no server). */
export function freeIds(ids: Ids): { vip: () => number; slot: () => number } {
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
