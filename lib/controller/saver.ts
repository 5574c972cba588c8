/**
 * Keeps the store up with what runs. A store that cannot be written stops no change: what could not be stored is kept
 * and tried again.
 *
 * @module
 */
import type { Caller, Via } from "../caller.ts";
import type { Config } from "../config.ts";
import { log } from "../log.ts";
import { type Store, StoreError } from "../store.ts";

interface Unsaved {
  number: number;
  config: Config;
  comment: string;
  created: string;
  author: string;
  origin: string;
  via: Via;
  what: string;
}

/** Of what could not be stored, only the newest is kept: that many revisions. */
const UNSAVED_MOST = 20;

/** Writes revisions in order. */
export class Saver {
  readonly #store: Store | null;
  readonly #unsaved: Unsaved[] = [];
  #problem: string | null = null;
  #newest: number;
  /** What is to be known of the start, in sentences. */
  readonly notes: readonly string[];

  /** @param store Null: nothing is kept. */
  constructor(store: Store | null, notes: readonly string[] = []) {
    this.#store = store;
    this.#newest = store?.revisions.latest()?.number ?? 0;
    this.notes = [...store?.notes ?? [], ...notes];
    this.#problem = store?.problem ?? null;
  }

  /** What runs or ran and could not be stored yet, the oldest first. */
  get unsaved(): readonly Unsaved[] {
    return this.#unsaved;
  }

  /** Why the store cannot be written, or null. */
  get problem(): string | null {
    return this.#problem;
  }

  /** The number of a revision that comes now: after what runs, which may be an older one, and after what is stored. */
  next(running: number): number {
    return Math.max(running, this.#newest) + 1;
  }

  /**
   * Stores a revision that runs now, and those before it that are still unsaved.
   *
   * @param words `comment`: what kind of change; `what`: what changed, to be read by people.
   */
  save(
    number: number,
    config: Config,
    { comment, what }: { comment: string; what: string },
    { who: author, origin, via = "" }: Caller,
  ): void {
    this.#newest = number;
    if (this.#store === null) return;
    const created = new Date().toISOString();
    this.#unsaved.push({ number, config, comment, created, author, origin, via, what });
    if (this.#unsaved.length > UNSAVED_MOST) this.#unsaved.shift();
    this.retry();
  }

  /** Tries again what could not be stored. */
  retry(): void {
    try {
      this.#store?.mend();
      for (let next = this.#unsaved[0]; next !== undefined; next = this.#unsaved[0]) {
        this.#store?.keep(next);
        this.#unsaved.shift();
      }
      if (this.#store?.problem) throw new StoreError(this.#store.problem);
      if (this.#problem !== null) log("store_back");
      this.#problem = null;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (this.#problem === null) {
        log("store_failed", { error: error.message });
      }
      this.#problem = error.message;
    }
  }
}
