/**
 * Bytes of a frame in pieces that belong together, for a picture of them.
 *
 * @module
 */
import type { PacketField } from "../../../lib/packet_fields.ts";

const HALF = 8;

/** Bytes side by side that are of the same fields. */
export interface Run {
  /** Where it begins in the frame. */
  at: number;
  /** `45 00` */
  text: string;
  /** Those whose bytes they are, by their place in the list: several where fields share bytes. */
  fields: number[];
  /** Of all these fields: that there is no such field weighs more than another value. */
  changed: PacketField["changed"];
  /** Its number from the outside; layers side by side differ in it. */
  layer: number;
}

/** For each eight bytes their runs. */
export function runsOf(bytes: Uint8Array, fields: readonly PacketField[]): Run[][] {
  const groups = groupsOf(fields);
  return Array.from({ length: Math.ceil(bytes.length / HALF) }, (_, half) => {
    const [from, to] = [half * HALF, Math.min(bytes.length, (half + 1) * HALF)];
    return groups.filter(({ at, end }) => at < to && end > from).map((group) => {
      const at = Math.max(from, group.at);
      const part = bytes.subarray(at, Math.min(to, group.end));
      return { ...group.of, at, text: Array.from(part, hex).join(" ") };
    });
  });
}

interface Group {
  at: number;
  end: number;
  of: Pick<Run, "fields" | "changed" | "layer">;
}

/** Fields that share bytes are one group. */
function groupsOf(fields: readonly PacketField[]): Group[] {
  const groups: Group[] = [];
  let layer = -1;
  for (const [index, { offset, length, changed, layer: name }] of fields.entries()) {
    if (name !== fields[index - 1]?.layer) layer++;
    const last = groups.at(-1);
    if (last?.at === offset && length > 0) {
      last.of.fields.push(index);
      last.of.changed = stronger(last.of.changed, changed);
    } else {
      groups.push({ at: offset, end: offset + length, of: { fields: [index], changed, layer } });
    }
  }
  return groups;
}

function stronger(one: PacketField["changed"], other: PacketField["changed"]) {
  return one === "field" || other === "field" ? "field" : one ?? other;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
