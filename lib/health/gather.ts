/**
 * Many wishes for one act: it comes soon after the first of them and for all of them, and the next one not before a
 * pause. One at a time.
 */
export class Gather {
  readonly #act: () => Promise<void>;
  readonly #soon: number;
  readonly #pause: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #acting: Promise<void> | null = null;
  #wanted = false;
  #closed = false;
  #last = -Infinity;

  /**
   * @param act Must not reject.
   * @param soon Milliseconds after the first wish.
   * @param pause Milliseconds from the end of one act to the next.
   */
  constructor(act: () => Promise<void>, soon: number, pause: number) {
    this.#act = act;
    this.#soon = soon;
    this.#pause = pause;
  }

  want(): void {
    this.#wanted = true;
    if (this.#closed || this.#timer !== undefined || this.#acting !== null) return;
    const wait = Math.max(this.#soon, this.#last + this.#pause - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#acting = this.#turn();
    }, wait);
  }

  /** Resolves when the act that is under way has ended; none begins any more. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#acting;
  }

  async #turn(): Promise<void> {
    this.#wanted = false;
    await this.#act();
    this.#last = performance.now();
    this.#acting = null;
    if (this.#wanted) this.want();
  }
}
