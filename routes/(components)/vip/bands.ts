/**
 * What of a new-connection table is drawn: servers as bands, in bins of slots. Many servers share a band with their
 * neighbours in the list.
 *
 * @module
 */
import type { TableChange } from "../../../lib/change.ts";
import type { TableView } from "../../../lib/question.ts";

/** So many servers have a band each. */
const EACH_MOST = 16;
/** More than that share so many bands. */
const GROUPS = 12;

/** Servers that are drawn as one, by their places in the list. */
export interface Band {
  from: number;
  to: number;
  /** `10.0.0.1`, or `1–834` */
  label: string;
}

/** Slots of a bin that lead to one band. */
export interface Piece {
  band: number;
  slots: number;
  /** They lead there after a change, or lead elsewhere after it. */
  moves: boolean;
}

/** Slots in a row. */
export type Bin = Piece[];

/** The bands of a list of servers. */
export function bandsOf(addresses: readonly string[]): Band[] {
  const { length } = addresses;
  if (length <= EACH_MOST) {
    return addresses.map((label, at) => ({ from: at, to: at, label }));
  }
  return Array.from({ length: GROUPS }, (_, group) => {
    const from = Math.ceil(group * length / GROUPS);
    const to = Math.ceil((group + 1) * length / GROUPS) - 1;
    return { from, to, label: `${from + 1}–${to + 1}` };
  });
}

/** In which band a server is. @param all How many servers there are. */
export function bandAt(place: number, all: number): number {
  return all <= EACH_MOST ? place : Math.floor(place * GROUPS / all);
}

/** A table as it is. */
export function binsOfTable({ bins, servers }: TableView): Bin[] {
  return (bins ?? []).map((bin) =>
    together(bin.map(({ server, slots }) => ({
      band: bandAt(server, servers.length),
      slots,
      moves: false,
    })))
  );
}

/** A table before or after a change; what nobody has is left out. */
export function binsOfChange({ bins, servers }: TableChange, side: "from" | "to"): Bin[] {
  return bins.map((bin) =>
    together(bin.flatMap(({ slots, ...ends }) => {
      const server = ends[side];
      if (server === null) return [];
      return [{ band: bandAt(server, servers.length), slots, moves: ends.from !== ends.to }];
    }))
  );
}

/** In the order of the bands, those that move behind those that stay; each once. */
function together(pieces: Piece[]): Bin {
  const sums = new Map<string, Piece>();
  for (const { band, slots, moves } of pieces) {
    const key = `${band} ${moves}`;
    sums.set(key, { band, moves, slots: slots + (sums.get(key)?.slots ?? 0) });
  }
  return [...sums.values()].sort((a, b) => a.band - b.band || Number(a.moves) - Number(b.moves));
}

/** Into how many bins a table is cut that is drawn: at least four slots each, and no more numbers than can be told. */
export function binsFor(slots: number, servers: number): number {
  const bins = Math.min(128, Math.max(1, slots / 4));
  return slots <= 1 << 20 ? bins : Math.min(bins, Math.max(1, Math.floor(2 ** 20 / servers ** 2)));
}
