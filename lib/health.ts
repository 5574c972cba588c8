/**
 * Asks the servers of VIPs with a health check whether they are well, and says when one's state changes. What follows
 * from it (tables without servers that are down) is the controller's business.
 *
 * @module
 */
import type { Config } from "./config.ts";
import { type Check, checkOf, checkText } from "./config/health.ts";
import type { Told } from "./events.ts";
import { type HealthBook, UNCHECKED } from "./health/book.ts";
import { reasonOf } from "./health/error.ts";
import { Gather } from "./health/gather.ts";
import { HealthLog } from "./health/log.ts";
import { probe } from "./health/probe.ts";
import { type Round, Rounds } from "./health/rounds.ts";
import { type Outcome, State } from "./health/state.ts";
import type { ServerHealth } from "./status.ts";
import { vipName } from "./vip_name.ts";

/** Checks at the same time: each takes a socket. */
const MOST = 256;
/** Several servers of a rack that go at once are one commit… */
const SOON_MS = 50;
/** …and servers that come and go are no more than one a second. */
const PAUSE_MS = 1000;

/** What the checks need of all else. */
export interface Surroundings {
  /** Why packets to the address cannot leave; null: they can. */
  noWay(address: string): string | null;
  /** States changed: the tables are to follow. Must not reject. */
  settle(): Promise<void>;
  tell(event: Told["health"]): void;
}

/** A server and how it is asked; behind several VIPs with the same check it is asked once. */
interface Target extends Round {
  address: string;
  state: State;
  vips: string[];
}

/** The health of all servers. */
export class Health implements HealthBook {
  readonly #around: Surroundings;
  readonly #rounds = new Rounds(MOST);
  readonly #settling: Gather;
  readonly #log = new HealthLog();
  /** By address and check. */
  #targets: ReadonlyMap<string, Target> = new Map();
  /** By VIP's name, then by address. */
  #byVip: ReadonlyMap<string, ReadonlyMap<string, Target>> = new Map();
  #closed = false;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#settling = new Gather(
      async () => {
        this.#log.flush();
        await around.settle();
      },
      SOON_MS,
      PAUSE_MS,
    );
  }

  of(vip: string, address: string): ServerHealth {
    return this.#byVip.get(vip)?.get(address)?.state.view() ?? UNCHECKED;
  }

  isDown(vip: string, address: string): boolean {
    return this.#byVip.get(vip)?.get(address)?.state.isDown ?? false;
  }

  /** From now on it is this configuration's servers; those that it knows already go on. */
  follow(config: Config): void {
    if (this.#closed) return;
    const targets = new Map<string, Target>();
    const byVip = new Map<string, Map<string, Target>>();
    for (const vip of config.vips) {
      const check = checkOf(vip);
      if (check === null) continue;
      const name = vipName(vip);
      const found = vip.servers.map(({ address }) => {
        const key = `${address} ${JSON.stringify(check)}`;
        const target = targets.get(key) ?? this.#target(key, name, address, check);
        target.vips.push(name);
        targets.set(key, target);
        return [address, target] as const;
      });
      byVip.set(name, new Map(found));
    }
    const before = this.#targets;
    this.#targets = targets;
    this.#byVip = byVip;
    for (const [key, target] of before) if (!targets.has(key)) this.#rounds.remove(target);
    for (const [key, target] of targets) if (!before.has(key)) this.#rounds.add(target);
    this.#settling.want();
  }

  /** Tries again to have the tables follow. */
  settleLater(): void {
    this.#settling.want();
  }

  /** Nothing is asked any more; resolves when nothing is open. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#rounds.close(), this.#settling.close()]);
  }

  /** The one that goes on, or a new one; a VIP's other check goes on from what the former one knew. */
  #target(key: string, vip: string, address: string, check: Check): Target {
    const known = this.#targets.get(key);
    if (known !== undefined) {
      known.vips = [];
      return known;
    }
    const target: Target = {
      address,
      interval: check.interval,
      state: new State(check, this.#byVip.get(vip)?.get(address)?.state),
      vips: [],
      turn: (signal) => this.#check(target, signal),
    };
    return target;
  }

  async #check(target: Target, stop: AbortSignal): Promise<void> {
    const outcome = await this.#ask(target, stop);
    if (stop.aborted) return;
    const { address, state, vips } = target;
    const at = new Date().toISOString();
    if (!state.take(outcome, at)) return;
    const { state: now, reason } = state.view();
    const event = {
      at,
      address,
      check: checkText(state.check),
      vips,
      state: now as "up" | "down",
      reason,
    };
    this.#log.note(event);
    this.#around.tell(event);
    this.#settling.want();
  }

  async #ask({ address, state }: Target, stop: AbortSignal): Promise<Outcome> {
    // Packets of clients would not get there, whatever the kernel's own do.
    const lost = this.#around.noWay(address);
    if (lost !== null) return { ok: false, reason: `no next hop: ${lost}` };
    const began = performance.now();
    try {
      await probe(state.check, address, stop);
      return { ok: true, milliseconds: performance.now() - began };
    } catch (error) {
      return { ok: false, reason: reasonOf(error) };
    }
  }
}
