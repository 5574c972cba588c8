/**
 * Where packets to a server leave: an interface and the MAC address of the next station.
 *
 * A fixed `next_hop` of the only interface is for all servers. Otherwise the kernel's route names the interface, and
 * the interface's fixed `next_hop`, or the kernel's neighbour table, the station. Where no route leads to an
 * interface of the configuration, the first fixed `next_hop` serves.
 *
 * Where interfaces take packets of servers back (`snat`), the default routes are found likewise: the way to clients.
 *
 * @module
 */
import type { InterfaceConfig } from "./config.ts";
import { DEFAULT_ROUTES, type KernelView, neighbourKey } from "./next_hops/answers.ts";
import { byKernel, none, type Station } from "./next_hops/by_kernel.ts";
import type { Kernel } from "./next_hops/kernel.ts";

/**
 * A next hop, or the reason why there is none. `station`: whose MAC address it is, where the kernel told. `mtu`: the
 * largest IP packet for the route, where the kernel has one for it. `unsure`: why the kernel could not be asked; the
 * hop is then the one of before. `sought`: the kernel was asked to find the station, and may know it in a moment.
 */
export type NextHop =
  | {
    hop: { interface: string; mac: string };
    reason: null;
    station?: string;
    mtu?: number;
    unsure?: string;
  }
  | { hop: null; reason: string; sought?: true };

/** By server address, and by {@linkcode DEFAULT_ROUTES}. */
export type NextHops = ReadonlyMap<string, NextHop>;

/** Of the configuration, by name. */
export type Interfaces = Record<string, Pick<InterfaceConfig, "device" | "next_hop" | "snat">>;

/**
 * Finds the next hops of all addresses, and of the default routes that packets back to clients may need. Makes the
 * kernel look for those that it does not know.
 *
 * @param kernel Null: only fixed next hops count, as in a simulation.
 * @param before What was found last. It stays while the kernel looks for a neighbour again, whose entry somebody
 * flushed, and while the kernel cannot be asked.
 */
export async function findNextHops(
  kernel: Kernel | null,
  interfaces: Interfaces,
  addresses: Iterable<string>,
  before: NextHops = new Map(),
): Promise<NextHops> {
  const asked = [...new Set([...addresses, ...wantedDefaults(interfaces)])];
  const fixed = firstFixed(interfaces);
  const only = fixed !== null && Object.keys(interfaces).length === 1;
  if (kernel === null || only || asked.length === 0) {
    return allTo(asked, fixed ?? none("no interface of the configuration has a next_hop"));
  }
  let view: KernelView;
  try {
    view = await kernel.view(asked);
  } catch (error) {
    const reason = `cannot ask the kernel: ${error instanceof Error ? error.message : error}`;
    return new Map(
      asked.map((
        one,
      ) => [one, asBefore(before.get(one), interfaces, reason) ?? fixed ?? none(reason)]),
    );
  }
  const unsure = new Map<string, Station>();
  const found = new Map(asked.map((address) => [
    address,
    byKernel(view, interfaces, address, fixed, before.get(address), (station) => {
      unsure.set(neighbourKey(station.dev, station.address), station);
    }),
  ]));
  await kernel.resolve([...unsure.values()]);
  return found;
}

/** The default routes that packets back to clients may need, where an interface takes any. */
export function wantedDefaults(interfaces: Interfaces): string[] {
  const snats = new Set(Object.values(interfaces).flatMap(({ snat }) => snat));
  return [
    ...snats.has("nat4") ? [DEFAULT_ROUTES[4]] : [],
    ...snats.has("nat6") ? [DEFAULT_ROUTES[6]] : [],
  ];
}

/** Whether packets would leave differently; reasons alone make no difference. */
export function sameHops(a: NextHops, b: NextHops): boolean {
  if (a.size !== b.size) return false;
  for (const [address, next] of a) {
    const other = b.get(address);
    if (other === undefined || leaving(next) !== leaving(other)) return false;
  }
  return true;
}

/** All that the workers know of it. */
function leaving(next: NextHop): string {
  return next.hop === null ? "" : `${next.hop.interface} ${next.hop.mac} ${next.mtu}`;
}

function allTo(addresses: string[], next: NextHop): NextHops {
  return new Map(addresses.map((address) => [address, next]));
}

/** The hop of before, as long as its interface is configured. */
function asBefore(
  before: NextHop | undefined,
  interfaces: Interfaces,
  unsure: string,
): NextHop | null {
  if (!before?.hop || !(before.hop.interface in interfaces)) return null;
  return { ...before, unsure };
}

function firstFixed(interfaces: Interfaces): NextHop | null {
  for (const [name, { next_hop }] of Object.entries(interfaces)) {
    if (next_hop !== undefined) {
      return { hop: { interface: name, mac: next_hop.mac }, reason: null };
    }
  }
  return null;
}
