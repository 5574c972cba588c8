/**
 * Text as a terminal shows it: a letter takes no cell, one or two, and colours take none.
 *
 * @module
 */
import sliceAnsi from "slice-ansi";
import stringWidth from "string-width";

const PLAIN = /^[\x20-\x7e]*$/;
// deno-lint-ignore no-control-regex
const CONTROL = /[\x00-\x1a\x1c-\x1f\x7f-\x9f]|\x1b(?!\[[\d;]*m)/g;

/** Cells that the text takes. */
export function textWidth(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/** The text without what would move the cursor; colours stay. */
export function harmless(text: string): string {
  return PLAIN.test(text) ? text : text.replace(CONTROL, "");
}

/** What of the text fits into so many cells. */
export function cut(text: string, cells: number): string {
  if (PLAIN.test(text)) return text.slice(0, cells);
  const whole = harmless(text);
  if (stringWidth(whole) <= cells) return whole;
  const shown = sliceAnsi(whole, 0, cells);
  // A wide letter that half fits is not cut by itself.
  return stringWidth(shown) <= cells ? shown : sliceAnsi(whole, 0, cells - 1);
}

/** The text in exactly so many cells: cut with `…`, or filled with space behind it, or before it. */
export function cell(text: string, cells: number, align: "<" | ">" = "<"): string {
  const whole = harmless(text);
  const width = textWidth(whole);
  const shown = width <= cells ? whole : cells < 1 ? "" : `${cut(whole, cells - 1)}…`;
  const space = " ".repeat(Math.max(0, cells - textWidth(shown)));
  return align === "<" ? shown + space : space + shown;
}
