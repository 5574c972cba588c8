/**
 * What differs between a frame that came in and one that left because of it.
 *
 * @module
 */
import type { PacketField } from "./field.ts";

/** A frame and its fields. */
export interface Told {
  bytes: Uint8Array;
  fields: PacketField[];
}

/**
 * The fields of `one` with `changed` where `other` has another value or no such field. Layers are matched by what they
 * are: a packet in a tunnel with the packet that it was, a quoted one with the one that it is about.
 */
export function marked(one: Told, other: Told): PacketField[] {
  const there = layersOf(other.fields);
  return matched(layersOf(one.fields), there).flatMap(([layer, like]) => {
    const known = new Map(byName(like?.fields ?? []));
    return byName(layer.fields).map(([name, field]) => {
      const before = known.get(name);
      if (before === undefined) return { ...field, changed: "field" as const };
      const same = valueOf(one.bytes, field) === valueOf(other.bytes, before);
      return same ? field : { ...field, changed: "value" as const };
    });
  });
}

interface LayerFields {
  /** Its name without where it is. */
  kind: string;
  fields: PacketField[];
}

function layersOf(fields: PacketField[]): LayerFields[] {
  const layers: LayerFields[] = [];
  for (const field of fields) {
    const first = layers.at(-1)?.fields[0];
    // Two tags or extension headers of one kind, one behind the other, are two layers.
    if (first?.layer !== field.layer || first.name === field.name) {
      const kind = field.layer.replace(/^(quoted (\d+ )?)?(inner (\d+ )?)?/, "");
      layers.push({ kind, fields: [] });
    }
    layers.at(-1)!.fields.push(field);
  }
  return layers;
}

/** Links by their order from the outside, packets by the longest row of equal kinds, as far inside as can be. */
function matched(one: LayerFields[], other: LayerFields[]): [LayerFields, LayerFields | null][] {
  const [link, otherLink] = [linkLayers(one), linkLayers(other)];
  const row = longestRow(one, link, other, otherLink);
  return one.map((layer, at) => {
    if (at < link) return [layer, other.slice(0, otherLink)[at] ?? null];
    const inRow = at >= row.one && at < row.one + row.length;
    return [layer, inRow ? other[row.other + at - row.one]! : null];
  });
}

function linkLayers(layers: LayerFields[]): number {
  const at = layers.findIndex(({ kind }) => !kind.startsWith("802.1") && kind !== "Ethernet");
  return at < 0 ? layers.length : at;
}

function longestRow(a: LayerFields[], fromA: number, b: LayerFields[], fromB: number) {
  let best = { one: 0, other: 0, length: 0 };
  let below: number[] = [];
  for (let one = a.length - 1; one >= fromA; one--) {
    const lengths: number[] = [];
    for (let other = b.length - 1; other >= fromB; other--) {
      const length = a[one]!.kind === b[other]!.kind ? 1 + (below[other + 1] ?? 0) : 0;
      lengths[other] = length;
      if (length > best.length) best = { one, other, length };
    }
    below = lengths;
  }
  return best;
}

/** By name; options may come several times. */
function byName(fields: PacketField[]): [string, PacketField][] {
  const times = new Map<string, number>();
  return fields.map((field) => {
    const before = times.get(field.name) ?? 0;
    times.set(field.name, before + 1);
    return [`${field.name} ${before}`, field];
  });
}

/** The field's bytes as text, its own bits of them. */
function valueOf(bytes: Uint8Array, { offset, length, bits }: PacketField): string {
  const own = bytes.subarray(offset, offset + length);
  if (bits === undefined) return own.join(" ");
  const all = Array.from(own, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return all.slice(bits.first, bits.first + bits.count);
}
