/**
 * Does something again and again, with a pause that follows from what it found and from how long it took.
 *
 * @module
 */

/** Soon after a change: a neighbour that was just asked for has answered by then. */
const SOON_MS = 150;
/** At most one part in this many of the time goes into it. */
const REST = 20;

/** Runs one act at a time until closed. */
export class Refresher {
  readonly #act: () => Promise<number>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  /** @param act Gives the pause after it in milliseconds; must not throw. */
  constructor(act: () => Promise<number>) {
    this.#act = act;
  }

  /** The next turn comes soon, and the ones after it by their own pauses. */
  soon(): void {
    this.#schedule(SOON_MS);
  }

  /** No turn begins any more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #schedule(pause: number): void {
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => void this.#turn(), pause);
  }

  async #turn(): Promise<void> {
    const began = performance.now();
    const pause = await this.#act();
    const took = performance.now() - began;
    this.#schedule(Math.max(pause, took * REST));
  }
}
