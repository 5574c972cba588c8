/**
 * Rows of cells that stand below each other, whatever is in them.
 *
 * @module
 */
import { cell } from "../width.ts";

/** A column: its heading, its width, and what a row has there. */
export interface Column<T> {
  heading: string;
  width: number;
  align?: ">";
  text: (row: T) => string;
}

/** Cells between columns. */
const GAP = 1;

/** Those columns that fit; the first gets what the others leave, at most `most` cells. */
export function fitColumns<T>(columns: Column<T>[], cells: number, most: number): Column<T>[] {
  const [first, ...others] = columns;
  if (first === undefined) return [];
  const fitting: Column<T>[] = [];
  let left = cells - first.width;
  for (const column of others) {
    if (column.width + GAP > left) break;
    fitting.push(column);
    left -= column.width + GAP;
  }
  const width = Math.max(first.width, Math.min(most, first.width + left));
  return [{ ...first, width: Math.min(width, cells) }, ...fitting];
}

/** The headings. */
export function headings<T>(columns: Column<T>[]): string {
  return columns.map(({ heading, width, align }) => cell(heading, width, align ?? "<"))
    .join(" ".repeat(GAP)).trimEnd();
}

/** One row, filled to the width of its columns. */
export function rowOf<T>(columns: Column<T>[], row: T): string {
  return columns.map(({ width, align, text }) => cell(text(row), width, align ?? "<"))
    .join(" ".repeat(GAP));
}
