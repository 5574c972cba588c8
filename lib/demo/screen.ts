/**
 * Redraws text in place on a terminal.
 *
 * @module
 */

/** Text that takes the place of the text shown before. */
export class Screen {
  readonly #write: (text: string) => void;
  readonly #columns: () => number;
  #lines = 0;

  /** @param columns width of the terminal: longer lines are cut, or they would take two rows */
  constructor(write: (text: string) => void, columns: () => number) {
    this.#write = write;
    this.#columns = columns;
  }

  /** Shows `text`, which ends with a newline. */
  draw(text: string): void {
    // A terminal that does not know its size says 0.
    const width = this.#columns() || 80;
    const lines = text.split("\n").map((line) => line.slice(0, width));
    const back = this.#lines > 0 ? `\x1b[${this.#lines}A\x1b[J` : "";
    this.#lines = lines.length - 1;
    this.#write(back + lines.join("\n"));
  }
}
