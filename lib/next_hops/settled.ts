/**
 * Next hops of a change: what the kernel finds out within a moment is waited for, since packets to a server whose
 * station is not known are dropped.
 *
 * @module
 */
import { findNextHops, type Interfaces, type NextHops } from "../next_hops.ts";
import type { Kernel } from "./kernel.ts";

/** In a network that works an answer takes less than a millisecond; who is dead holds up a change for no longer. */
const ANSWER_MS = 100;
const LOOK_MS = 5;

/**
 * The same as {@linkcode findNextHops}; waits a little for stations of addresses that were not there before.
 *
 * @param before What was found last.
 */
export async function findSettledNextHops(
  kernel: Kernel | null,
  interfaces: Interfaces,
  addresses: readonly string[],
  before: NextHops,
): Promise<NextHops> {
  const end = performance.now() + ANSWER_MS;
  let found = await findNextHops(kernel, interfaces, addresses, before);
  const isOpen = () =>
    [...found].some(([address, next]) =>
      next.hop === null && next.sought === true && !before.has(address)
    );
  while (isOpen() && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    found = await findNextHops(kernel, interfaces, addresses, found);
  }
  return found;
}
