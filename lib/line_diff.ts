/**
 * What differs between two texts, line by line.
 *
 * @module
 */
import { applyPatch, diffArrays, structuredPatch } from "diff";

/** A line of both texts, of the new one alone, or of the old one alone. */
export interface DiffLine {
  sign: " " | "+" | "-";
  text: string;
}

/** The search takes the square of it; texts with more edits have little in common. */
const EDITS_MOST = 2000;

/** All lines of both in their order; where too much differs, the whole old text and then the whole new one. */
export function diffLines(from: readonly string[], to: readonly string[]): DiffLine[] {
  const parts = diffArrays([...from], [...to], { maxEditLength: EDITS_MOST });
  if (parts === undefined) return [...signed("-", from), ...signed("+", to)];
  return parts.flatMap(({ added, removed, value }) =>
    signed(added ? "+" : removed ? "-" : " ", value)
  );
}

/**
 * Takes into a text what others changed meanwhile.
 *
 * @param text Made of `from`.
 * @returns Null where that cannot be: it is about the same lines, or too much differs.
 */
export function takeIn(text: string, from: string, to: string): string | null {
  const patch = structuredPatch("", "", from, to, "", "", { maxEditLength: EDITS_MOST });
  if (patch === undefined) return null;
  const taken = applyPatch(text, patch);
  return taken === false ? null : taken;
}

function signed(sign: DiffLine["sign"], lines: readonly string[]): DiffLine[] {
  return lines.map((text) => ({ sign, text }));
}
