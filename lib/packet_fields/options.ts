/**
 * Options of IPv4 and TCP, which are built alike: a kind, a length over all of the option, its data.
 *
 * @module
 */
import type { Show, Walk } from "./walk.ts";
import { byteCount } from "./words.ts";

const END = 0;
const NOTHING = 1;

/** So many bytes of options, each a field. @param shows How some are told, by kind */
export function options(
  walk: Walk,
  length: number,
  names: Record<number, string>,
  shows: Record<number, Show> = {},
): void {
  const end = walk.at + length;
  while (walk.at < end && walk.left > 0) {
    const left = end - walk.at;
    const kind = walk.peek();
    if (kind === NOTHING) {
      walk.take(1, "option: none", () => "");
      continue;
    }
    if (kind === END) return void walk.take(left, "end of options", byteCount);
    const size = left > 1 ? walk.frame[walk.at + 1] ?? 0 : 0;
    if (size < 2 || size > left) {
      return void walk.take(left, `option ${kind}, broken`, byteCount);
    }
    walk.take(size, `option: ${names[kind] ?? kind}`, shows[kind] ?? byteCount);
  }
}
