/**
 * Once a second, while somebody listens: all counters, and drops that start or stop.
 *
 * @module
 */
import type { Counters, CountersView } from "../status.ts";
import type { Events, Told } from "../events.ts";

type Drop = Omit<Told["drops"], "at">;

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
  readonly #counters: () => CountersView;
  #timer: ReturnType<typeof setInterval> | undefined;
  #drops = new DropWatch();

  constructor(events: Events, counters: () => CountersView) {
    this.#events = events;
    this.#counters = counters;
    events.onWanted = () => this.#follow();
  }

  /** Runs while its topics are wanted. */
  #follow(): void {
    const wanted = this.#events.wants("counters") || this.#events.wants("drops");
    if (wanted === (this.#timer !== undefined)) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#drops = new DropWatch();
    if (!wanted) return;
    this.#tick();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  #tick(): void {
    const view = this.#counters();
    this.#events.publish("counters", view);
    for (const drop of this.#drops.look(view.total)) {
      this.#events.publish("drops", { at: view.at, ...drop });
    }
  }
}
