/**
 * What an import says about the lines that it read.
 *
 * @module
 */

/** A sentence about a line. */
export interface Note {
  /** From 1; 0: the whole. */
  line: number;
  message: string;
}

/** `FILE:LINE: sentence`, in the order of the lines; what is about the whole comes last. */
export function formatNotes(notes: readonly Note[], file: string): string {
  const order = ({ line }: Note) => line === 0 ? Infinity : line;
  return notes.toSorted((a, b) => order(a) === order(b) ? 0 : order(a) - order(b))
    .map(({ line, message }) => `${file}${line === 0 ? "" : `:${line}`}: ${message}`)
    .join("\n");
}
