import type { PacketField } from "./field.ts";
import { decimal, number } from "./words.ts";

/** What follows a layer: an Ethernet type, or a protocol of IP. */
export type Next = { ether: number } | { protocol: number };

/** Takes a layer's fields; gives what follows, or null where that is not known. */
export type Layer = (walk: Walk) => Next | null;

/** How a field's value is told. */
export type Show = (value: number, bytes: Uint8Array) => string;

/** A field of some bits: its name, how many bits, and how it is told. */
export type BitField = [name: string, count: number, show?: Show];

/**
 * Walks over the bytes of a frame, field by field. Behind a field that is cut nothing passes for a later one: what is
 * left is told as the rest.
 */
export class Walk {
  readonly fields: PacketField[] = [];
  #layer = "";
  #at = 0;
  #cut = false;
  /** Where the packet ends that the walk is in, as its header says; behind it is padding. */
  #end: number;
  /** Bytes that this packet should have behind the frame's end. */
  #missing = 0;
  #inner = 0;
  #quoted = 0;

  constructor(readonly frame: Uint8Array, readonly guePort: number) {
    this.#end = frame.length;
  }

  /** The layer that the next fields are of. */
  enter(layer: string): void {
    this.#layer = this.#place() + layer;
  }

  /** The next packet is inside a tunnel. */
  goInside(): void {
    this.#inner++;
  }

  /** The next packet is the one that an ICMP error is about. */
  goQuoted(): void {
    this.#quoted++;
    this.#inner = 0;
  }

  get at(): number {
    return this.#at;
  }

  /** Bytes up to the packet's end. */
  get left(): number {
    return this.#cut ? 0 : this.#end - this.#at;
  }

  /** The next byte, which stays; -1 where there is none. */
  peek(): number {
    return this.left > 0 ? this.frame[this.#at]! : -1;
  }

  /** The packet ends so many bytes from here, however long the frame is. */
  endIn(length: number): void {
    const end = this.#at + length;
    this.#missing = Math.max(0, end - this.#end);
    this.#end = Math.min(this.#end, end);
  }

  /** The field's bytes as a number, or -1 where they are not all there; 0 for more than 6 bytes. */
  take(length: number, name: string, show: Show = decimal): number {
    const bytes = this.#bytes(length, name);
    if (bytes === null) return -1;
    const value = number(bytes);
    this.#add(length, name, show(value, bytes));
    return value;
  }

  /** Fields that share bytes, from the highest bit on; all their bits must be named. -1 for each where cut. */
  takeBits(length: number, parts: readonly BitField[]): number[] {
    const bytes = this.#bytes(length, parts.map(([name]) => name).join(", "));
    if (bytes === null) return parts.map(() => -1);
    const whole = number(bytes);
    let first = 0;
    const values = parts.map(([name, count, show = decimal]) => {
      const value = Math.floor(whole / 2 ** (length * 8 - first - count)) % 2 ** count;
      this.#put({ name, length, bits: { first, count }, text: show(value, bytes) });
      first += count;
      return value;
    });
    this.#at += length;
    return values;
  }

  /** All bytes that have no name yet: the packet's payload, and what stands behind it. */
  rest(): void {
    this.#cut = false;
    const left = this.#end - this.#at;
    const missing = this.#missing > 0 ? `, ${this.#missing} more were cut off` : "";
    this.#layer = `${this.#place()}payload`;
    if (left > 0) this.#add(left, "payload", `${left} bytes${missing}`);
    const behind = this.frame.length - this.#at;
    this.#layer = "padding";
    if (behind > 0) this.#add(behind, "padding", `${behind} bytes behind the packet`);
  }

  /** Null where they are not all there; those that are become a field that says so. */
  #bytes(length: number, name: string): Uint8Array | null {
    const { left } = this;
    if (left >= length) return this.frame.subarray(this.#at, this.#at + length);
    if (left > 0) this.#add(left, name, `cut off: ${left} of ${length} bytes`);
    this.#cut = true;
    return null;
  }

  #add(length: number, name: string, text: string): void {
    this.#put({ name, length, text });
    this.#at += length;
  }

  #put(field: Omit<PacketField, "layer" | "offset">): void {
    this.fields.push({ layer: this.#layer, offset: this.#at, ...field });
  }

  #place(): string {
    return deep("quoted", this.#quoted) + deep("inner", this.#inner);
  }
}

function deep(word: string, depth: number): string {
  if (depth === 0) return "";
  return depth === 1 ? `${word} ` : `${word} ${depth} `;
}
