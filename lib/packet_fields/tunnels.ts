/**
 * GRE (RFC 2784, RFC 2890) and GUE.
 *
 * @module
 */
import type { Layer } from "./walk.ts";
import { byteCount, etherType, hex, protocolName, unitsOf, yesNo } from "./words.ts";

export const gre: Layer = (walk) => {
  walk.enter("GRE");
  const [checksum, , key, sequence, , version] = walk.takeBits(2, [
    ["checksum present", 1, yesNo],
    ["reserved bit", 1],
    ["key present", 1, yesNo],
    ["sequence present", 1, yesNo],
    ["reserved bits", 9],
    ["version", 3],
  ]);
  const ether = walk.take(2, "protocol", etherType);
  if (version !== 0) return null;
  if (checksum === 1) {
    walk.take(2, "checksum", hex);
    walk.take(2, "reserved");
  }
  if (key === 1) walk.take(4, "key");
  if (sequence === 1) walk.take(4, "sequence");
  walk.goInside();
  return { ether };
};

/** Variant 1 is the packet itself; variant 0 has a header. */
export const gue: Layer = (walk) => {
  const first = walk.peek();
  if (first >> 4 === 4) return { protocol: 4 };
  if (first >> 4 === 6) return { protocol: 41 };
  walk.enter("GUE");
  const [variant, control, words = -1] = walk.takeBits(1, [
    ["variant", 2],
    ["control", 1, yesNo],
    ["header length", 5, unitsOf(4)],
  ]);
  if (variant !== 0) return null;
  const protocol = walk.take(1, "protocol", protocolName);
  walk.take(2, "flags", hex);
  if (words > 0) walk.take(words * 4, "optional fields", byteCount);
  return control === 0 ? { protocol } : null;
};
