/**
 * Captures byte by byte, written by hand for the tests: every field in either byte order.
 *
 * @module
 */
import type { Reader } from "../../lib/pcap/mod.ts";

/** Collects fields in one byte order. */
export class Bytes {
  #parts: number[] = [];

  constructor(readonly little: boolean) {}

  u16(...values: number[]): this {
    for (const value of values) this.#number(value, 2);
    return this;
  }

  u32(...values: number[]): this {
    for (const value of values) this.#number(value, 4);
    return this;
  }

  raw(bytes: Iterable<number>): this {
    this.#parts.push(...bytes);
    return this;
  }

  pad(): this {
    while (this.#parts.length % 4 !== 0) this.#parts.push(0);
    return this;
  }

  done(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#parts);
  }

  #number(value: number, size: number): void {
    const bytes = Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** i) % 256);
    this.#parts.push(...(this.little ? bytes : bytes.reverse()));
  }
}

/** A packet as a test gives it: seconds and ticks of the file's own precision. */
export interface Given {
  seconds: number;
  ticks: number;
  data: Uint8Array;
  originalLength?: number;
}

/** A classic file. */
export function classic(
  packets: Given[],
  { little = true, magic = 0xa1b2c3d4, linkType = 1 } = {},
): Uint8Array<ArrayBuffer> {
  const out = new Bytes(little).u32(magic).u16(2, 4).u32(0, 0, 65535, linkType);
  for (const { seconds, ticks, data, originalLength } of packets) {
    out.u32(seconds, ticks, data.length, originalLength ?? data.length).raw(data);
  }
  return out.done();
}

/** One pcapng block around a body. */
export function block(little: boolean, type: number, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const total = body.length + 12;
  return new Bytes(little).u32(type, total).raw(body).u32(total).done();
}

/** A section header. */
export function section(little: boolean): Uint8Array<ArrayBuffer> {
  const body = new Bytes(little).u32(0x1a2b3c4d).u16(1, 0).u32(0xffffffff, 0xffffffff).done();
  return block(little, 0x0a0d0d0a, body);
}

/** An interface description with raw options behind its fixed part. */
export function description(
  little: boolean,
  { linkType = 1, snapLength = 0, options = [] as number[] } = {},
): Uint8Array<ArrayBuffer> {
  const body = new Bytes(little).u16(linkType, 0).u32(snapLength).raw(options).pad().done();
  return block(little, 1, body);
}

/** An option whose value stands as raw bytes. */
export function option(little: boolean, code: number, value: number[]): number[] {
  return [...new Bytes(little).u16(code, value.length).raw(value).pad().done()];
}

/** An enhanced packet with a 64-bit time. */
export function enhanced(
  little: boolean,
  { data, ticks = 0n, from = 0 }: { data: Uint8Array; ticks?: bigint; from?: number },
): Uint8Array<ArrayBuffer> {
  const body = new Bytes(little).u32(from, Number(ticks >> 32n), Number(ticks & 0xffffffffn))
    .u32(data.length, data.length).raw(data).pad().done();
  return block(little, 6, body);
}

/** A packet block of the obsolete kind. */
export function obsolete(
  little: boolean,
  { data, ticks = 0n, from = 0 }: { data: Uint8Array; ticks?: bigint; from?: number },
): Uint8Array<ArrayBuffer> {
  const body = new Bytes(little).u16(from, 0).u32(Number(ticks >> 32n), Number(ticks & 0xffffffffn))
    .u32(data.length, data.length).raw(data).pad().done();
  return block(little, 2, body);
}

/** A simple packet: `data` as captured of a longer frame. */
export function simple(
  little: boolean,
  data: Uint8Array,
  originalLength = data.length,
): Uint8Array<ArrayBuffer> {
  return block(little, 3, new Bytes(little).u32(originalLength).raw(data).pad().done());
}

/** All parts one after the other. */
export function join(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Gives the bytes in pieces of at most `piece`, as a pipe may. */
export function readerOf(bytes: Uint8Array, piece = Infinity): Reader {
  let at = 0;
  return {
    readSync(into) {
      if (at >= bytes.length) return null;
      const length = Math.min(into.length, piece, bytes.length - at);
      into.set(bytes.subarray(at, at + length));
      at += length;
      return length;
    },
  };
}
