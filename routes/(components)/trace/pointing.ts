/**
 * Parts of a packet that are pointed at, and how those are drawn that differ.
 *
 * @module
 */
import type { PacketField } from "../../../lib/packet_fields.ts";

/** Which packet of the two. */
export type Way = "in" | "out";

/** What a script adds: fields that are pointed at. */
export interface Pointing {
  /** By their place in the list. */
  active: ReadonlySet<number>;
  /** The field that the keyboard is at. */
  at: number;
  point(fields: readonly number[], byKeyboard?: boolean): void;
}

/** The class of what differs: `value`, or that only this packet has it: `new`, `gone`. */
export function markClass(way: Way, changed: PacketField["changed"]): string {
  if (changed === undefined) return "";
  return changed === "value" ? "value" : way === "in" ? "gone" : "new";
}
