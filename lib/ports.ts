/**
 * The interfaces of the configuration as open ports of the data plane.
 *
 * @module
 */
import { RefusedError } from "./refused.ts";
import type { Config } from "./config.ts";
import { type Dataplane, DataplaneError, type PortInfo, type RealDataplane } from "./dataplane.ts";
import { log } from "./log.ts";

const ENODEV = 19;

/** An interface that is open. */
export interface Port {
  name: string;
  device: string;
  info: PortInfo;
}

/** By the interface's name. */
export type Ports = ReadonlyMap<string, Port>;

/** Ports for a configuration, and those among them that were not open before. */
export interface Opened {
  ports: Ports;
  fresh: Port[];
}

/**
 * Opens what the configuration names and `current` has not. An interface that only changed its name keeps its port.
 *
 * @param known Indices that devices had: flows of an earlier start name ports by them.
 * @throws {RefusedError} 409 when a device cannot be opened; those opened just before are closed again.
 */
export async function openPorts(
  dataplane: Dataplane,
  config: Config,
  current: Ports,
  known: ReadonlyMap<string, number> = new Map(),
): Promise<Opened> {
  const taken = takeOver(config, current);
  const ports = new Map<string, Port>();
  const fresh: Port[] = [];
  try {
    for (const [name, { device }] of Object.entries(config.interfaces)) {
      const before = taken.get(name);
      if (before !== undefined) {
        ports.set(name, { ...before, name });
        continue;
      }
      const used = [...current.values(), ...fresh].map(({ info }) => info.index);
      const index = freeIndex(device, used, known);
      const port = { name, device, info: await openPort(dataplane, name, device, used, index) };
      fresh.push(port);
      ports.set(name, port);
    }
  } catch (error) {
    await closePorts(dataplane, fresh);
    throw error;
  }
  return { ports, fresh };
}

/** Open ports that go on, by the interface's new name: the same name and device first, then the same device. */
function takeOver(config: Config, current: Ports): Map<string, Port> {
  const wanted = Object.entries(config.interfaces);
  const left = new Map(current);
  const taken = new Map<string, Port>();
  for (const sameName of [true, false]) {
    for (const [name, { device }] of wanted) {
      if (taken.has(name)) continue;
      const found = [...left.values()].find((port) =>
        port.device === device && (!sameName || port.name === name)
      );
      if (found === undefined) continue;
      taken.set(name, found);
      left.delete(found.name);
    }
  }
  return taken;
}

/** Ports of `before` that `after` no longer has. */
export function removedPorts(before: Ports, after: Ports): Port[] {
  const kept = new Set([...after.values()].map(({ info }) => info.index));
  return [...before.values()].filter(({ info }) => !kept.has(info.index));
}

/** Closes ports that the committed snapshot does not name. What cannot be closed is logged and left. */
export async function closePorts(dataplane: Dataplane, ports: readonly Port[]): Promise<void> {
  if (!hasPorts(dataplane)) return;
  for (const { name, device, info } of ports) {
    try {
      await dataplane.closePort(info.index);
      log("interface_closed", { name, device });
    } catch (error) {
      log("interface_not_closed", { name, device, error: String(error) });
    }
  }
}

/** Link state and MTU as they are now; of a port that is just being closed and opened again, what was known last. */
export function currentInfo(dataplane: Dataplane, { info }: Port): PortInfo {
  if (!hasPorts(dataplane)) return info;
  try {
    return dataplane.portInfo(info.index);
  } catch (error) {
    if (!(error instanceof DataplaneError) || error.errno !== ENODEV) throw error;
    return { ...info, linkUp: false };
  }
}

/** Whether the data plane polls real ports; a simulation does not. */
export function hasPorts(dataplane: Dataplane): dataplane is RealDataplane {
  return "openPort" in dataplane;
}

/** The device's own, else one that no other device had; any where nothing is known. */
function freeIndex(device: string, used: number[], known: ReadonlyMap<string, number>) {
  if (known.size === 0) return undefined;
  const own = known.get(device);
  if (own !== undefined && !used.includes(own)) return own;
  const others = [...used, ...known.values()];
  let index = 0;
  while (others.includes(index)) index++;
  return index;
}

/** Opens one interface. @throws {RefusedError} 409 */
export async function openPort(
  dataplane: Dataplane,
  name: string,
  device: string,
  used: number[],
  index?: number,
): Promise<PortInfo> {
  if (!hasPorts(dataplane)) return simulatedPort(used);
  try {
    const info = await dataplane.openPort(device, index);
    const { driver, mac, mtu, linkUp, linkMbps } = info;
    const link = { link: linkUp ? "up" : "down", ...linkMbps === 0 ? {} : { mbps: linkMbps } };
    log("interface_opened", { name, device, driver, mac, mtu, ...link });
    return info;
  } catch (error) {
    if (!(error instanceof DataplaneError)) throw error;
    throw new RefusedError(409, [{ path: `interfaces.${name}.device`, message: error.message }]);
  }
}

function simulatedPort(used: number[]): PortInfo {
  let index = 0;
  while (used.includes(index)) index++;
  // All 0: a simulation takes frames for any MAC address.
  const mac = "00:00:00:00:00:00";
  return {
    index,
    linkUp: true,
    linkMbps: 0,
    missed: 0,
    mtu: 1500,
    mac,
    held: "held",
    driver: "simulation",
  };
}
