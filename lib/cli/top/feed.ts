/**
 * Where the facts come from: the program's events, and its lists each second. A program that goes away is tried again.
 *
 * @module
 */
import type { Client } from "../../client.ts";
import type { Event, Topic } from "../../events.ts";
import { sentenceOf } from "../failure.ts";
import { orStopped, pause } from "../signals.ts";
import { addTotals, type Facts, MINUTE, noFacts } from "./facts.ts";
import { VipPages } from "./vip_pages.ts";
import { lineOf } from "../event_line.ts";

const SECOND = 1000;
const TOPICS: Topic[] = ["totals", "change", "drops", "neighbour", "health", "store"];

/** What of the program is seen now. */
export interface Seen {
  /** Names of the VIPs on the screen. */
  vips: ReadonlySet<string>;
  /** The one whose servers are shown. */
  open: string | null;
  search: string;
  paused: boolean;
}

/** Keeps facts up to date. */
export class Feed {
  readonly facts: Facts = noFacts();
  readonly #client: Client;
  readonly #seen: () => Seen;
  readonly #changed: () => void;
  readonly #pages: VipPages;
  #kick = Promise.withResolvers<void>();
  /** What is wrong with the one and the other. */
  readonly #troubles: { events: string | null; lists: string | null } = {
    events: null,
    lists: null,
  };

  /** @param changed Told when a fact is another. */
  constructor(client: Client, seen: () => Seen, changed: () => void) {
    this.#client = client;
    this.#seen = seen;
    this.#changed = changed;
    this.#pages = new VipPages((query) => client.vips(query));
    this.#pages.onRead = () => this.#showPages();
  }

  /** The first facts. @throws when there is no program */
  async begin(): Promise<void> {
    this.facts.status = await this.#client.status();
    const { worker } = await this.#client.catalog();
    this.facts.texts = new Map(worker.map(({ name, text }) => [name, text]));
    const { series } = await this.#client.history("5m");
    this.facts.history = series.drops.slice(-MINUTE).map((value) => value ?? 0);
  }

  /** Keeps them up to date until it is stopped. */
  async run(stop: AbortSignal): Promise<void> {
    await Promise.all([this.#listen(stop), this.#ask(stop)]);
  }

  /** Something else is seen: ask now. */
  ask(): void {
    this.#kick.resolve();
  }

  async #listen(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      try {
        const stream = this.#client.events(TOPICS);
        for (;;) {
          const next = await orStopped(stream.next(), stop);
          if (next === null) return;
          if (next.done) break;
          this.#trouble("events", null);
          if (!this.#seen().paused) this.#hear(next.value);
        }
      } catch (error) {
        this.#trouble("events", error);
      }
      await pause(SECOND, stop);
    }
  }

  #hear(event: Event): void {
    const { facts } = this;
    if (event.topic === "hello" || event.topic === "counters") return;
    if (event.topic === "totals") addTotals(facts, event.data);
    else facts.news = lineOf(event.topic, event.data);
    this.#changed();
  }

  async #ask(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      this.#kick = Promise.withResolvers();
      try {
        if (!this.#seen().paused) await orStopped(this.#look(stop), stop);
        this.#trouble("lists", null);
      } catch (error) {
        this.#trouble("lists", error);
      }
      await Promise.race([pause(SECOND, stop), this.#kick.promise]);
    }
  }

  async #look(stop: AbortSignal): Promise<void> {
    const { open, vips, search } = this.#seen();
    this.facts.status = await this.#client.status();
    if (open !== null) await this.#lookAt(open);
    else {
      this.#pages.search(search);
      await this.#pages.refresh(vips, () => {
        const seen = this.#seen();
        return stop.aborted || seen.open !== null || seen.search !== search;
      });
    }
    this.#changed();
  }

  async #lookAt(name: string): Promise<void> {
    const { facts } = this;
    const value = await this.#client.vip(name);
    if (this.#seen().open !== name) return;
    facts.openBefore = facts.open?.value.name === name ? facts.open : null;
    facts.open = { value, at: performance.now() };
  }

  #showPages(): void {
    if (this.#seen().paused) return;
    this.facts.vips = this.#pages.rows;
    this.facts.complete = this.#pages.complete;
    this.#changed();
  }

  #trouble(of: "events" | "lists", error: unknown): void {
    this.#troubles[of] = error === null ? null : `${sentenceOf(error)}; trying again`;
    const trouble = this.#troubles.lists ?? this.#troubles.events;
    if (trouble === this.facts.trouble) return;
    this.facts.trouble = trouble;
    this.#changed();
  }
}
