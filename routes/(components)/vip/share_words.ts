import { percent, whole } from "../format.ts";

/** A part of a table in percent; what would be rounded to nothing, in slots. */
export function shareWords(own: number, slots: number): string {
  if (own === 0 || own / slots >= 0.001) return percent(own, slots);
  return `${whole(own)} ${own === 1 ? "slot" : "slots"}`;
}
