/**
 * Once a second, while somebody listens: all counters, and drops that start or stop.
 *
 * @module
 */
import type { Counters, CountersView, TotalsView } from "../status.ts";
import type { Events, Told, Topic } from "../events.ts";

type Drop = Omit<Told["drops"], "at">;

/** What the clock looks at. */
interface Looks {
  totals(): TotalsView;
  /** @param vips Names; all unless given. */
  counters(vips?: readonly string[]): CountersView;
}

const TICKING: Topic[] = ["counters", "totals", "drops"];
const TICK_MS = 1000;
/** A drop that was silent for so long has stopped. */
const QUIET_TICKS = 5;

/** Drops that go on, and since how many ticks each is silent. */
export class DropWatch {
  #before: Counters | null = null;
  readonly #silent = new Map<string, number>();

  /** What started or stopped since the last look. */
  look(total: Counters): Drop[] {
    const before = this.#before;
    this.#before = total;
    if (before === null) return [];
    return Object.entries(total).flatMap(([name, packets]): Drop[] => {
      if (!name.startsWith("drop_")) return [];
      const more = packets - (before[name] ?? 0);
      const silent = this.#silent.get(name);
      if (more > 0) {
        this.#silent.set(name, 0);
        return silent === undefined ? [{ name, state: "started", packets: more }] : [];
      }
      if (silent === undefined) return [];
      this.#silent.set(name, silent + 1);
      if (silent + 1 < QUIET_TICKS) return [];
      this.#silent.delete(name);
      return [{ name, state: "stopped", packets }];
    });
  }
}

/** The clock of the events. */
export class Ticker {
  readonly #events: Events;
  readonly #looks: Looks;
  #timer: ReturnType<typeof setInterval> | undefined;
  #drops = new DropWatch();

  constructor(events: Events, looks: Looks) {
    this.#events = events;
    this.#looks = looks;
    events.onWanted = () => this.#follow();
  }

  /** Runs while its topics are wanted. */
  #follow(): void {
    const wanted = TICKING.some((topic) => this.#events.wants(topic));
    if (wanted === (this.#timer !== undefined)) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#drops = new DropWatch();
    if (!wanted) return;
    this.#tick();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  #tick(): void {
    const totals = this.#looks.totals();
    this.#events.publish("totals", totals);
    this.#events.publishCounters((vips) => this.#looks.counters(vips));
    for (const drop of this.#drops.look(totals.total)) {
      this.#events.publish("drops", { at: totals.at, ...drop });
    }
  }
}
