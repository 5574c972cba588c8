/**
 * Changes drawn at random: each could be asked for at that moment, and leaves every VIP with servers.
 *
 * @module
 */
import { server } from "./lab_links.ts";

/** A VIP under churn. */
export interface ChurnVip {
  name: string;
  /** Where its clients connect to: `ADDRESS PORT`. */
  place: string;
}

/** A change. */
export interface Change {
  kind: Kind;
  vip: ChurnVip;
  /** Of the command line; the VIP's name is one of them. */
  words: string[];
  /** Whose flows it forgets: a server's, `all` of the VIP's, or nobody's. */
  flushed: string | null;
}

/** Servers that a VIP has at least, with a weight. */
const LEAST = 2;
/** With room for all flows, those of broken connections too: a flow that finds none is not remembered. */
const BUCKETS = [16_384, 32_768, 65_536];

/**
 * Kinds of changes, and how often they come. Flushes are rare, so that few connections that break without reason
 * do so near one.
 */
const KINDS = {
  "add": 30,
  "remove": 20,
  "weight": 20,
  "drain": 10,
  "buckets": 3,
  "flush server": 2,
  "remove and flush": 2,
  "flush VIP": 1,
};
type Kind = keyof typeof KINDS;
const ALL_KINDS = Object.entries(KINDS).flatMap(([kind, n]) => Array<Kind>(n).fill(kind as Kind));

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
function dice(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ seed >>> 15, 1 | seed);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 2 ** 32;
  };
}

/** All flows of the VIP go where its table leads by now. */
export function flushAll(vip: ChurnVip): Change {
  return { kind: "flush VIP", vip, words: ["vip", "flush", vip.name], flushed: "all" };
}

/** Draws changes, and knows what they lead to. */
export class Changes {
  readonly #weights = new Map<ChurnVip, Map<number, number>>();
  readonly #pool: number[];
  readonly #roll: () => number;

  /** @param pool Numbers of the servers that come and go; at first all are there, with a weight of 100. */
  constructor(vips: ChurnVip[], pool: number[], seed: number) {
    this.#pool = pool;
    this.#roll = dice(seed);
    for (const vip of vips) this.#weights.set(vip, new Map(pool.map((n) => [n, 100])));
  }

  /** The next one, which is to be carried out. */
  draw(): Change {
    for (;;) {
      const [vip, weights] = this.#pick([...this.#weights])!;
      const kind = this.#pick(ALL_KINDS)!;
      const change = this.#ofVip(kind, vip) ?? this.#ofServer(kind, vip, weights);
      if (change) return change;
    }
  }

  #ofVip(kind: Kind, vip: ChurnVip): Change | null {
    if (kind === "flush VIP") return flushAll(vip);
    const words = ["conf", "set", "--buckets", `${this.#pick(BUCKETS)}`];
    return kind === "buckets" ? { kind, vip, words, flushed: null } : null;
  }

  /** Null: there is no such change now. */
  #ofServer(kind: Kind, vip: ChurnVip, weights: Map<number, number>): Change | null {
    const there = this.#pool.filter((n) => weights.has(n) !== (kind === "add"));
    const n = this.#pick(there);
    if (n === undefined || this.#takesTooMuch(kind, weights, n)) return null;
    const { name, ip4 } = server(n);
    const change = (verb: string, more: string[], flushed: string | null) => ({
      kind,
      vip,
      words: ["server", verb, vip.name, ip4, ...more],
      flushed,
    });
    if (kind === "flush server") return change("flush", [], name);
    if (kind.startsWith("remove")) {
      weights.delete(n);
      return kind === "remove" ? change("remove", [], null) : change("remove", ["--flush"], name);
    }
    const weight = { add: 100, drain: 0 }[kind as string] ?? 1 + Math.floor(this.#roll() * 100);
    weights.set(n, weight);
    return kind === "add" ? change("add", [], null) : change("weight", [`${weight}`], null);
  }

  #takesTooMuch(kind: Kind, weights: Map<number, number>, n: number): boolean {
    if (kind !== "drain" && !kind.startsWith("remove")) return false;
    return [...weights].filter(([other, weight]) => other !== n && weight > 0).length < LEAST;
  }

  #pick<T>(list: T[]): T | undefined {
    return list[Math.floor(this.#roll() * list.length)];
  }
}
