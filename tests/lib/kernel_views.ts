/**
 * What a kernel could answer, by hand.
 *
 * @module
 */
import type { KernelView } from "../../lib/next_hops/answers.ts";

/** Type, device, gateway or the address itself, MTU. */
export type RouteRow = [type: string, dev: string, via: string | null, mtu?: number | undefined];

/** Routes by address, neighbours by `device address`. */
export function viewOf(
  routes: Record<string, RouteRow>,
  neighbours: Record<string, [state: string, mac: string | null]>,
): KernelView {
  return {
    routes: new Map(
      Object.entries(routes).map(([address, [type, dev, via, mtu]]) =>
        [address, { type, dev, via, ...mtu === undefined ? {} : { mtu } }] as const
      ),
    ),
    neighbours: new Map(
      Object.entries(neighbours).map(([key, [state, mac]]) => [key, { state, mac }] as const),
    ),
  };
}
