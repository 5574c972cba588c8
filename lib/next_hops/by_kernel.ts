/**
 * The next hop that follows from what the kernel says.
 *
 * @module
 */
import { kernelName, parseDevice } from "../config/device.ts";
import type { Interfaces, NextHop } from "../next_hops.ts";
import { DEFAULT_ROUTES, type KernelView, neighbourKey, type Route } from "./answers.ts";

/** Whose MAC address is wanted. */
export interface Station {
  dev: string;
  address: string;
}

/** States in which the kernel itself would send to the neighbour. */
const USABLE = new Set(["REACHABLE", "STALE", "DELAY", "PROBE", "PERMANENT", "NOARP"]);
/** States that need a push: unknown, given up, or not confirmed for a while. */
const ASK = new Set(["NONE", "FAILED", "STALE"]);

/** There is none. */
export function none(reason: string): NextHop {
  return { hop: null, reason };
}

/**
 * The next hop on the way to an address, or to one of {@linkcode DEFAULT_ROUTES}.
 *
 * @param fixed Where packets go that no route leads to an interface of the configuration.
 * @param before What was found last, which stays while the kernel looks for its neighbour again.
 * @param ask Hears of stations that the kernel is to be asked for.
 */
export function byKernel(
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
  const next: NextHop = mac !== undefined
    ? { hop: { interface: name, mac }, reason: null }
    : route.via === null
    ? none(`the default route by ${route.dev} has no gateway`)
    : byNeighbour(view, name, { dev: route.dev, address: route.via }, before, ask);
  return next.hop === null || route.mtu === undefined ? next : { ...next, mtu: route.mtu };
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
  const reason = state === "FAILED"
    ? `${address} on ${dev} does not answer ${how}`
    : `${address} on ${dev} has not answered ${how} yet`;
  return { hop: null, reason, sought: true };
}

function interfaceOf(interfaces: Interfaces, dev: string): string | undefined {
  return Object.keys(interfaces).find((name) =>
    kernelName(parseDevice(interfaces[name]!.device)) === dev
  );
}

/** Why a route is of no use. */
function astray(address: string, route: Route | undefined): string {
  if (route === undefined) {
    if (!address.includes("/")) return `no route to ${address}`;
    return `there is no default route of IPv${address === DEFAULT_ROUTES[4] ? 4 : 6}`;
  }
  if (route.type === "local") return `${address} is an address of this machine itself`;
  if (route.type !== "unicast") return `${address} is a ${route.type} address here`;
  return `the route to ${address} leaves by ${route.dev}, which is not an interface of this configuration`;
}
