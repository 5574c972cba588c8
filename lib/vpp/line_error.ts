/**
 * Where a word of a command stands, and the error that names it.
 *
 * @module
 */

/** Line and column, both counted from 1. */
export interface Place {
  line: number;
  column: number;
}

/** A line that cannot be carried out, for the reason that the message says. Nothing of its text was. */
export class LineError extends Error {
  override readonly name = "LineError";
  readonly place: Place;

  constructor({ line, column }: Place, sentence: string) {
    super(sentence);
    this.place = { line, column };
  }

  /** `FILE:LINE:COLUMN: sentence` */
  in(file: string): string {
    return `${file}:${this.place.line}:${this.place.column}: ${this.message}`;
  }
}
