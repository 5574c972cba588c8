/**
 * Changes at random, and what they allow: a connection may break when its server was flushed, and never else.
 *
 * @module
 */
import { selfCommand } from "../../lib/demo/child.ts";
import { type Change, Changes, type ChurnVip } from "./churn_changes.ts";
import type { End } from "./churn_client.ts";
import type { Site } from "./lab_site.ts";

/** An answer that was under way at a flush is seen within this. */
const UNDER_WAY_MS = 1000;
/** Every so many changes one is made by the command line. */
const BY_COMMAND = 12;

/** Between two moments, in ms since the epoch. */
interface Flush extends Pick<Change, "vip" | "flushed"> {
  from: number;
  to: number;
}

/** Makes changes, one after another, and remembers them. */
export class Churn {
  /** Changes by kind. */
  readonly done: Record<string, number> = {};
  readonly #flushes: Flush[] = [];
  readonly #changes: Changes;
  readonly #site: Site;
  #count = 0;

  constructor(site: Site, vips: ChurnVip[], pool: number[], seed: number) {
    this.#site = site;
    this.#changes = new Changes(vips, pool, seed);
  }

  /** One change, by REST or now and then by the command line. */
  async step(change: Change = this.#changes.draw()): Promise<void> {
    const { kind, vip, flushed, words } = change;
    const flush: Flush = { vip, flushed, from: Date.now(), to: Infinity };
    if (flushed !== null) this.#flushes.push(flush);
    if (this.#count++ % BY_COMMAND === 0) await this.#byCommand(words);
    else await this.#byRest(words);
    flush.to = Date.now();
    this.done[kind] = (this.done[kind] ?? 0) + 1;
  }

  /**
   * Whether the flows of its server were forgotten after its last answer. One that is answered after that is
   * remembered again. Mostly its new server refuses it; but one that has been the server of an earlier
   * connection from the same port, and never heard of its end, takes it for that one and is silent.
   */
  excuses({ place, server, answered, ended }: End): boolean {
    return this.#flushes.some(({ vip, flushed, from, to }) =>
      vip.place === place &&
      (flushed === "all" || flushed === server || server === null) &&
      from <= ended && to >= answered - UNDER_WAY_MS
    );
  }

  async #byCommand(words: string[]): Promise<void> {
    // A VIP's name is one or two words there.
    const split = words.flatMap((word) => word.split(" "));
    const [program = "", ...args] = selfCommand([...split, "--socket", this.#site.socket]);
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
}
