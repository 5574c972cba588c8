/**
 * Where packets leave: to each server, and back to clients.
 *
 * @module
 */
import type { ListQuery, NeighboursView, NeighbourView } from "../question.ts";
import type { NextHop, NextHops } from "../next_hops.ts";
import { DEFAULT_ROUTES } from "../next_hops/answers.ts";
import type { Running } from "../running.ts";
import { holder, pageOf } from "./paging.ts";

const DEFAULTS = new Set<string>(Object.values(DEFAULT_ROUTES));

/**
 * First those to which nothing can be sent; servers, then default routes, in the order in which they are asked for.
 *
 * @throws {RefusedError} 400 for no cursor
 */
export function viewNeighbours({ nextHops }: Running, query: ListQuery = {}): NeighboursView {
  const holds = holder(query.search);
  const all = [...nextHops].map(([address, next]) => viewNeighbour(address, next))
    .filter((one) => FIELDS.some((field) => holds(one[field] ?? "")));
  const rank = (one: NeighbourView) => (one.mac === null ? 0 : 2) + (one.for === "server" ? 0 : 1);
  const ordered = all.sort((a, b) => rank(a) - rank(b));
  const { page, ...place } = pageOf(ordered, ({ address }) => address, query);
  return { neighbours: page, ...place };
}

/** That are searched. */
const FIELDS = ["address", "interface", "mac", "station", "reason"] as const;

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
