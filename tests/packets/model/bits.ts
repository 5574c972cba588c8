/**
 * Numbers in packets, and checksums that follow a change (RFC 1624).
 *
 * @module
 */
export function u16(bytes: Uint8Array, at: number): number {
  return bytes[at]! * 256 + bytes[at + 1]!;
}

export function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value & 255;
}

/** Bytes as a key of a map. */
export function text(bytes: Uint8Array): string {
  return bytes.join(".");
}

export function same(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function fold(sum: number): number {
  while (sum > 0xffff) sum = Math.floor(sum / 65536) + sum % 65536;
  return sum;
}

/** Sum of 16-bit words, folded. */
export function sum(bytes: Uint8Array): number {
  let total = bytes.length % 2 ? bytes.at(-1)! * 256 : 0;
  for (let i = 0; i + 1 < bytes.length; i += 2) total += bytes[i]! * 256 + bytes[i + 1]!;
  return fold(total);
}

/** Some bytes, and what stands in their place now. */
export interface Change {
  old: Uint8Array;
  now: Uint8Array;
}

/** The checksum after the changes: HC' = ~(~HC + ~m + m'). */
function followed(checksum: number, changes: Change[]): number {
  let total = 0xffff - checksum;
  for (const { old, now } of changes) {
    for (let i = 0; i + 1 < old.length; i += 2) {
      if (u16(old, i) !== u16(now, i)) total += 0xffff - u16(old, i) + u16(now, i);
    }
  }
  return 0xffff - fold(total);
}

/** Writes the checksum at `at` anew. */
export function follow(bytes: Uint8Array, at: number, changes: Change[]): void {
  put16(bytes, at, followed(u16(bytes, at), changes));
}

/** The same for UDP, where 0 says that there is none, and a sum of 0 is written as 0xffff (RFC 768). */
export function followUdp(bytes: Uint8Array, at: number, changes: Change[]): void {
  if (u16(bytes, at) === 0) return;
  put16(bytes, at, followed(u16(bytes, at), changes) || 0xffff);
}
