/** A field's own bits among those of its bytes: `..1. .... .... ....` */
export function bitsOf(
  bytes: Uint8Array,
  { first, count }: { first: number; count: number },
): string {
  const all = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  const own = Array.from(all, (bit, at) => at >= first && at < first + count ? bit : ".");
  return own.join("").replaceAll(/(.{4})(?=.)/g, "$1 ");
}
