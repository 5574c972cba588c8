/**
 * Once a second, while somebody listens: all counters, and drops that start or stop.
 *
 * @module
 */
import type { CountersView, TotalsView } from "../status.ts";
import type { Events, Topic } from "../events.ts";
import { type DropFacts, DropWatch } from "./drop_watch.ts";

/** What the clock looks at. */
interface Looks {
  totals(): TotalsView;
  /** @param vips Names. @param servers `VIP ADDRESS`. All unless given. */
  counters(vips?: readonly string[], servers?: readonly string[]): CountersView;
  drops: DropFacts;
}

const TICKING: Topic[] = ["counters", "totals", "drops"];
const TICK_MS = 1000;

/** The clock of the events. */
export class Ticker {
  readonly #events: Events;
  readonly #looks: Looks;
  #timer: ReturnType<typeof setInterval> | undefined;
  #drops: DropWatch;

  constructor(events: Events, looks: Looks) {
    this.#events = events;
    this.#looks = looks;
    this.#drops = new DropWatch(looks.drops);
    events.onWanted = () => this.#follow();
  }

  /** Runs while its topics are wanted. */
  #follow(): void {
    const wanted = TICKING.some((topic) => this.#events.wants(topic));
    if (wanted === (this.#timer !== undefined)) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#drops = new DropWatch(this.#looks.drops);
    if (!wanted) return;
    this.#tick();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  #tick(): void {
    const totals = this.#looks.totals();
    this.#events.publish("totals", totals);
    this.#events.publishCounters((vips, servers) => this.#looks.counters(vips, servers));
    for (const drop of this.#drops.look(totals)) {
      this.#events.publish("drops", { at: totals.at, ...drop });
    }
  }
}
