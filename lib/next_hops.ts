/**
 * Where packets to a server leave: an interface and the MAC address of the next station.
 *
 * A fixed `next_hop` of the only interface is for all servers. Otherwise the kernel's route names the interface, and
 * the interface's fixed `next_hop`, or the kernel's neighbour table, the station. Where no route leads to an
 * interface of the configuration, the first fixed `next_hop` serves.
 *
 * @module
 */
import type { InterfaceConfig } from "./config.ts";
import { kernelName, parseDevice } from "./config/device.ts";
import { type Kernel, type KernelView, neighbourKey, type Route } from "./next_hops/kernel.ts";

/**
 * A next hop, or the reason why there is none. `station`: whose MAC address it is, where the kernel told. `unsure`: why
 * the kernel could not be asked; the hop is then the one of before.
 */
export type NextHop =
  | { hop: { interface: string; mac: string }; reason: null; station?: string; unsure?: string }
  | { hop: null; reason: string };

/** By server address. */
export type NextHops = ReadonlyMap<string, NextHop>;

type Interfaces = Record<string, InterfaceConfig>;
interface Station {
  dev: string;
  address: string;
}

/** States in which the kernel itself would send to the neighbour. */
const USABLE = new Set(["REACHABLE", "STALE", "DELAY", "PROBE", "PERMANENT", "NOARP"]);
/** States that need a push: unknown, given up, or not confirmed for a while. */
const ASK = new Set(["NONE", "FAILED", "STALE"]);

/**
 * Finds the next hops of all addresses, and makes the kernel look for those that it does not know.
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
  const asked = [...new Set(addresses)];
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

/** Whether packets would leave differently; reasons alone make no difference. */
export function sameHops(a: NextHops, b: NextHops): boolean {
  if (a.size !== b.size) return false;
  for (const [address, { hop }] of a) {
    const other = b.get(address);
    if (other === undefined) return false;
    if (hop?.interface !== other.hop?.interface || hop?.mac !== other.hop?.mac) return false;
  }
  return true;
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

function none(reason: string): NextHop {
  return { hop: null, reason };
}

function firstFixed(interfaces: Interfaces): NextHop | null {
  for (const [name, { next_hop }] of Object.entries(interfaces)) {
    if (next_hop !== undefined) {
      return { hop: { interface: name, mac: next_hop.mac }, reason: null };
    }
  }
  return null;
}

function byKernel(
  view: KernelView,
  interfaces: Interfaces,
  address: string,
  fixed: NextHop | null,
  before: NextHop | undefined,
  ask: (station: Station) => void,
): NextHop {
  const route = view.routes.get(address);
  const name = route === undefined ? undefined : interfaceOf(interfaces, route.dev);
  if (route === undefined || name === undefined) return fixed ?? none(astray(address, route));
  if (route.type !== "unicast") return none(astray(address, route));
  const mac = interfaces[name]?.next_hop?.mac;
  if (mac !== undefined) return { hop: { interface: name, mac }, reason: null };
  return byNeighbour(view, name, { dev: route.dev, address: route.via }, before, ask);
}

function byNeighbour(
  view: KernelView,
  name: string,
  { dev, address }: Station,
  before: NextHop | undefined,
  ask: (station: Station) => void,
): NextHop {
  const station = neighbourKey(dev, address);
  const known = view.neighbours.get(station);
  const state = known?.state ?? "NONE";
  if (ASK.has(state)) ask({ dev, address });
  if (known?.mac && USABLE.has(state)) {
    return { hop: { interface: name, mac: known.mac }, reason: null, station };
  }
  if (before?.hop && before.station === station && state !== "FAILED") {
    return { hop: { interface: name, mac: before.hop.mac }, reason: null, station };
  }
  const how = address.includes(":") ? "neighbour discovery" : "ARP";
  return none(
    state === "FAILED"
      ? `${address} on ${dev} does not answer ${how}`
      : `${address} on ${dev} has not answered ${how} yet`,
  );
}

function interfaceOf(interfaces: Interfaces, dev: string): string | undefined {
  return Object.keys(interfaces).find((name) =>
    kernelName(parseDevice(interfaces[name]!.device)) === dev
  );
}

/** Why a route is of no use. */
function astray(address: string, route: Route | undefined): string {
  if (route === undefined) return `no route to ${address}`;
  if (route.type === "local") return `${address} is an address of this machine itself`;
  if (route.type !== "unicast") return `${address} is a ${route.type} address here`;
  return `the route to ${address} leaves by ${route.dev}, which is not an interface of this configuration`;
}
