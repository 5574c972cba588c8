/**
 * How much workers remember of a server, by its slot id.
 *
 * @module
 */
import type { Dataplane } from "../dataplane.ts";

/** Flows of a slot id that workers remember. */
export function flowsOf(dataplane: Dataplane): (slot: number) => number {
  return remembered(dataplane, ["flows"]);
}

/** What workers remember of a slot id: flows, and ways back of flows. */
export function entriesOf(dataplane: Dataplane): (slot: number) => number {
  return remembered(dataplane, ["flows", "return_flows"]);
}

function remembered(dataplane: Dataplane, names: string[]): (slot: number) => number {
  const places = names.map((name) => dataplane.catalog.server.findIndex((it) => it.name === name));
  return (slot) => {
    const counters = dataplane.serverCounters(slot);
    return places.reduce((sum, at) => sum + (counters[at] ?? 0), 0);
  };
}
