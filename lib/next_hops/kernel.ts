/**
 * What the kernel knows of routes and neighbours, asked by rtnetlink: two calls a look, however many addresses it is
 * about, and no program that would have to be installed.
 *
 * @module
 */
import { readNeighbours, readRoutes, resolveNeighbours } from "../native.ts";
import { parseAddress } from "../net.ts";
import { ownAddresses } from "./own.ts";
import { DEFAULT_ROUTES, type KernelView, limit, neighbourKey, type Route } from "./answers.ts";

/** Where {@linkcode KernelView} comes from. */
export interface Kernel {
  /** Its own addresses. @throws {Error} when it cannot be asked */
  own(): string[];
  /**
   * @param addresses {@linkcode DEFAULT_ROUTES} may be among them.
   * @throws {Error} when the kernel cannot be asked.
   */
  view(addresses: readonly string[]): Promise<KernelView>;
  /** Makes the kernel find out, or confirm, the neighbours' MAC addresses. Never fails: what is not found is seen later. */
  resolve(neighbours: readonly { dev: string; address: string }[]): Promise<void>;
}

/** RTN_…, in the kernel's order. */
const TYPES = [
  ...["unspec", "unicast", "local", "broadcast", "anycast", "multicast"],
  ...["blackhole", "unreachable", "prohibit", "throw", "nat", "xresolve"],
];

/** NUD_…, by bit. */
const STATES = [
  ...["INCOMPLETE", "REACHABLE", "STALE", "DELAY", "PROBE", "FAILED", "NOARP", "PERMANENT"],
];

/** The kernel of this machine, seen from this network namespace. */
export const kernel: Kernel = {
  own: ownAddresses,

  async view(addresses) {
    const [routes, neighbours] = await Promise.all([
      routesTo(addresses),
      readNeighbours(addresses.length),
    ]);
    const known = neighbours.filter(({ dev }) => dev !== "").map(({ dev, address, mac, state }) =>
      [neighbourKey(dev, address), { mac, state: stateOf(state) }] as const
    );
    return { routes, neighbours: new Map(known) };
  },

  async resolve(neighbours) {
    if (neighbours.length === 0) return;
    try {
      await resolveNeighbours(
        neighbours.map(({ dev, address }) => ({ dev, address: parseAddress(address) })),
      );
    } catch {
      // The next look tells.
    }
  },
};

async function routesTo(addresses: readonly string[]): Promise<Map<string, Route>> {
  const found = await readRoutes(
    addresses.map((one) =>
      one === DEFAULT_ROUTES[4] ? 4 : one === DEFAULT_ROUTES[6] ? 6 : parseAddress(one)
    ),
  );
  const routes = new Map<string, Route>();
  found.forEach((route, i) => {
    const address = addresses[i]!;
    if (route === null) return;
    const { type, dev, mtu } = route;
    const via = route.via ?? (address.includes("/") ? null : address);
    routes.set(address, { type: TYPES[type] ?? `type ${type}`, dev, via, ...limit(mtu) });
  });
  return routes;
}

function stateOf(state: number): string {
  return STATES.find((_, bit) => state >> bit & 1) ?? "NONE";
}
