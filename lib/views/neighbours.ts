/**
 * Where packets leave: to each server, and back to clients.
 *
 * @module
 */
import type { NeighbourView } from "../question.ts";
import type { NextHop, NextHops } from "../next_hops.ts";
import { DEFAULT_ROUTES } from "../next_hops/answers.ts";
import type { Running } from "../running.ts";

const DEFAULTS = new Set<string>(Object.values(DEFAULT_ROUTES));

/** Servers by address, then the default routes, in the order in which they are asked for. */
export function viewNeighbours({ nextHops }: Running): NeighbourView[] {
  const all = [...nextHops].map(([address, next]) => viewNeighbour(address, next));
  return [
    ...all.filter((one) => one.for === "server"),
    ...all.filter((one) => one.for !== "server"),
  ];
}

/** Those that are known now and were not, or the other way round, or that moved. */
export function movedNeighbours(before: NextHops, after: NextHops): NeighbourView[] {
  const place = (next?: NextHop) => next?.hop ? `${next.hop.interface} ${next.hop.mac}` : "";
  return [...after].filter(([address, next]) => place(next) !== place(before.get(address)))
    .map(([address, next]) => viewNeighbour(address, next));
}

function viewNeighbour(address: string, next: NextHop): NeighbourView {
  return {
    address,
    for: DEFAULTS.has(address) ? "clients" : "server",
    interface: next.hop?.interface ?? null,
    mac: next.hop?.mac ?? null,
    station: next.hop ? next.station ?? null : null,
    mtu: next.hop ? next.mtu ?? null : null,
    reason: next.hop ? next.unsure ?? null : next.reason,
  };
}
