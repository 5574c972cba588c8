/** Something that is done again and again. */
export interface Round {
  /** Seconds from the start of one turn to the next. */
  interval: number;
  /** Never rejects. Ends early when the signal aborts. */
  turn(signal: AbortSignal): Promise<void>;
}

/** Each turn comes up to this part of its interval early, so that many do not beat in step; never late. */
const JITTER = 0.1;

/**
 * Keeps many rounds going, so many turns at a time; those that would be more wait in a row. The first turn of each comes
 * at a random time within its interval.
 */
export class Rounds {
  readonly #most: number;
  /** Those that wait for their time: the timer. */
  readonly #timers = new Map<Round, ReturnType<typeof setTimeout>>();
  /** Those whose time has come. */
  readonly #waiting = new Set<Round>();
  readonly #turns = new Map<Round, { abort: AbortController; ended: Promise<void> }>();

  /** @param most Turns at the same time. */
  constructor(most: number) {
    this.#most = most;
  }

  add(round: Round): void {
    this.#schedule(round, Math.random() * round.interval * 1000);
  }

  /** Its turn that is under way is ended. */
  remove(round: Round): void {
    clearTimeout(this.#timers.get(round));
    this.#timers.delete(round);
    this.#waiting.delete(round);
    this.#turns.get(round)?.abort.abort();
  }

  /** Resolves when all has ended. */
  async close(): Promise<void> {
    for (const round of [...this.#timers.keys(), ...this.#waiting, ...this.#turns.keys()]) {
      this.remove(round);
    }
    await Promise.all([...this.#turns.values()].map(({ ended }) => ended));
  }

  #schedule(round: Round, milliseconds: number): void {
    const due = () => {
      this.#timers.delete(round);
      this.#waiting.add(round);
      this.#pump();
    };
    this.#timers.set(round, setTimeout(due, milliseconds));
  }

  #pump(): void {
    for (const round of this.#waiting) {
      if (this.#turns.size >= this.#most) return;
      this.#waiting.delete(round);
      const abort = new AbortController();
      this.#turns.set(round, { abort, ended: this.#take(round, abort.signal) });
    }
  }

  async #take(round: Round, signal: AbortSignal): Promise<void> {
    const began = performance.now();
    await round.turn(signal);
    this.#turns.delete(round);
    if (!signal.aborted) {
      const pause = round.interval * 1000 * (1 - Math.random() * JITTER);
      this.#schedule(round, Math.max(0, began + pause - performance.now()));
    }
    this.#pump();
  }
}
