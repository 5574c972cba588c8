/**
 * Changes at random, and what they allow: a connection may break when its server was flushed, and never else.
 *
 * @module
 */
import { selfCommand } from "../../lib/demo/child.ts";
import type { End } from "./churn_client.ts";
import { server } from "./lab_links.ts";
import type { Site } from "./lab_site.ts";

/** Servers that a VIP has at least, with a weight. */
const LEAST = 2;
/** A question goes out within this after a flush, and then its connection breaks. */
const WITHIN_MS = 15_000;
/** With room for all flows, those of broken connections too: a flow that finds none is not remembered. */
const BUCKETS = [16_384, 32_768, 65_536];
/** Every so many changes one is made by the command line. */
const BY_COMMAND = 12;

/** A VIP under churn. */
export interface ChurnVip {
  name: string;
  /** Where its clients connect to: `ADDRESS PORT`. */
  place: string;
}

interface Flush {
  vip: ChurnVip;
  /** Whose flows were forgotten; null: all of the VIP's. */
  server: string | null;
  /** Between these moments, in ms since the epoch. */
  from: number;
  to: number;
}

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
function dice(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ seed >>> 15, 1 | seed);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 2 ** 32;
  };
}

/** Makes changes, one after another, and remembers them. */
export class Churn {
  /** Changes by kind. */
  readonly done: Record<string, number> = {};
  readonly #flushes: Flush[] = [];
  readonly #weights = new Map<ChurnVip, Map<number, number>>();
  readonly #site: Site;
  readonly #roll: () => number;
  readonly #pool: number[];
  #changes = 0;

  /** @param pool Numbers of the servers that come and go; at first all are there, with a weight of 100. */
  constructor(site: Site, vips: ChurnVip[], pool: number[], seed: number) {
    this.#site = site;
    this.#pool = pool;
    this.#roll = dice(seed);
    for (const vip of vips) this.#weights.set(vip, new Map(pool.map((n) => [n, 100])));
  }

  /** One change. */
  async step(): Promise<void> {
    const [vip, weights] = this.#pick([...this.#weights]);
    const roll = this.#roll();
    if (roll < 0.03) return await this.#resize();
    if (roll < 0.05) return await this.#flushed("flush VIP", vip, null, ["vip", "flush", vip.name]);
    const out = this.#pool.filter((n) => !weights.has(n));
    if (out.length > 0 && roll < 0.4) return await this.#add(vip, weights, this.#pick(out));
    await this.#change(vip, weights, this.#pick([...weights.keys()]), roll);
  }

  /** Whether the connection ended since the flows of its server were forgotten. */
  excuses(end: End): boolean {
    return this.#flushes.some(({ vip, server, from, to }) =>
      vip.place === end.place &&
      (server === null || end.server === null || server === end.server) &&
      from <= end.ended && to >= end.opened && end.ended - to <= WITHIN_MS
    );
  }

  async #change(
    vip: ChurnVip,
    weights: Map<number, number>,
    n: number,
    roll: number,
  ): Promise<void> {
    const own = ["server", "flush", vip.name, server(n).ip4];
    if (roll < 0.45) return await this.#flushed("flush server", vip, n, own);
    const others = [...weights].filter(([other, weight]) => other !== n && weight > 0).length;
    if (roll < 0.75 && others >= LEAST) {
      weights.delete(n);
      const remove = ["server", "remove", vip.name, server(n).ip4];
      if (roll > 0.53) return await this.#run("remove", remove);
      return await this.#flushed("remove and flush", vip, n, [...remove, "--flush"]);
    }
    const weight = roll > 0.88 && others >= LEAST ? 0 : 1 + Math.floor(this.#roll() * 100);
    weights.set(n, weight);
    const kind = weight === 0 ? "drain" : "weight";
    await this.#run(kind, ["server", "weight", vip.name, server(n).ip4, `${weight}`]);
  }

  #add(vip: ChurnVip, weights: Map<number, number>, n: number): Promise<void> {
    weights.set(n, 100);
    return this.#run("add", ["server", "add", vip.name, server(n).ip4]);
  }

  #resize(): Promise<void> {
    const buckets = this.#pick(BUCKETS);
    return this.#run("buckets", ["conf", "set", "--buckets", `${buckets}`]);
  }

  async #flushed(kind: string, vip: ChurnVip, n: number | null, words: string[]): Promise<void> {
    const name = n === null ? null : server(n).name;
    const flush: Flush = { vip, server: name, from: Date.now(), to: Infinity };
    this.#flushes.push(flush);
    await this.#run(kind, words);
    flush.to = Date.now();
  }

  /** By REST, or now and then by the command whose words these are. */
  async #run(kind: string, words: string[]): Promise<void> {
    this.done[kind] = (this.done[kind] ?? 0) + 1;
    if (this.#changes++ % BY_COMMAND !== 0) return await this.#byRest(words);
    const [program = "", ...args] = selfCommand([
      ...splitNames(words),
      "--socket",
      this.#site.socket,
    ]);
    const { success, stderr } = await new Deno.Command(program, { args, stdin: "null" }).output();
    if (!success) throw new Error(`${words.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  }

  async #byRest([noun, verb, vip = "", address = "", more]: string[]): Promise<void> {
    const { api } = this.#site;
    if (noun === "conf") await api.updateConf({ buckets: Number(address) });
    else if (noun === "vip") await api.flushVip(vip);
    else if (verb === "add") await api.addServers(vip, [{ address }]);
    else if (verb === "flush") await api.flushServer(vip, address);
    else if (verb === "weight") await api.setWeight(vip, address, Number(more));
    else await api.removeServer(vip, address, { flush: more !== undefined });
  }

  #pick<T>(list: T[]): T {
    return list[Math.floor(this.#roll() * list.length)]!;
  }
}

/** A VIP's name is one or two words to the command line. */
function splitNames(words: string[]): string[] {
  return words.flatMap((word) => word.split(" "));
}
