/**
 * What a counter's name alone tells.
 *
 * @module
 */
import type { Counters } from "./status.ts";

const GAUGES = new Set(["flows", "return_flows", "held_fragment"]);

/** Whether it tells what is there now: it goes down, too, and has no rate. */
export function isGauge(name: string): boolean {
  return GAUGES.has(name);
}

/** Counters of a VIP that packets for it are dropped under. */
const VIP_DROPS = ["no_server", "no_next_hop", "too_big", "ttl_expired"];

/** All packets for a VIP that were dropped. */
export function droppedOfVip(counters: Counters): number {
  return VIP_DROPS.reduce((all, name) => all + (counters[name] ?? 0), 0);
}

/** All packets that were dropped, for whatever reason. */
export function dropped(counters: Counters): number {
  return Object.entries(counters)
    .reduce((all, [name, value]) => name.startsWith("drop_") ? all + value : all, 0);
}
