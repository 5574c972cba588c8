/**
 * What a kernel answers: routes and neighbours.
 *
 * @module
 */

/** The names of the default routes, by family. */
export const DEFAULT_ROUTES = { 4: "0.0.0.0/0", 6: "::/0" } as const;

/** How the kernel would send a packet. */
export interface Route {
  /** `unicast`, `local`, `broadcast`, `multicast` … */
  type: string;
  /** Name of the network device. */
  dev: string;
  /** The gateway, or the address itself where it is on the link; null: a default route without a gateway. */
  via: string | null;
  /** Largest IP packet, where the route has one of its own: set by hand, or learned by the kernel. */
  mtu?: number;
}

/** An entry of the kernel's neighbour table. */
export interface Neighbour {
  mac: string | null;
  /** `REACHABLE`, `STALE`, `FAILED` … */
  state: string;
}

/** The kernel's answers about some addresses. */
export interface KernelView {
  /** By address, or by one of {@linkcode DEFAULT_ROUTES}; one that is missing has no route. */
  routes: ReadonlyMap<string, Route>;
  /** By {@linkcode neighbourKey}. */
  neighbours: ReadonlyMap<string, Neighbour>;
}

/** Key of a neighbour table. */
export function neighbourKey(dev: string, address: string): string {
  return `${dev} ${address}`;
}

/** Longest IPv4 packet, and longest payload of an IPv6 one; more is no limit. */
const MTU_MAX = 65_535;

/** The MTU of a route as a field of it, where it is a limit for any packet. */
export function limit(mtu: number | undefined): { mtu?: number } {
  return mtu !== undefined && mtu > 0 && mtu <= MTU_MAX ? { mtu } : {};
}
