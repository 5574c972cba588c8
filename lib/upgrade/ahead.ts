/**
 * Ports that two processes can have at once are opened by the new one before the old one lets go of them.
 *
 * @module
 */
import type { Config } from "../config.ts";
import type { RealDataplane } from "../dataplane.ts";
import { openPort, type Port, type Ports } from "../ports.ts";

/** Each that opens one gets all packets. */
const SHARED = /^(af_packet:|null$)/;

/**
 * Opens those of the configuration that the old process has open.
 *
 * @param known With the indices that flows know them by.
 * @throws {RefusedError} 409 when one cannot be opened
 */
export async function openAhead(
  dataplane: RealDataplane,
  { interfaces }: Config,
  known: Iterable<readonly [device: string, index: number]>,
): Promise<Ports> {
  const ports = new Map<string, Port>();
  const indices = new Map(known);
  for (const [name, { device }] of Object.entries(interfaces)) {
    const index = indices.get(device);
    if (index === undefined || !SHARED.test(device)) continue;
    const used = [...ports.values()].map(({ info }) => info.index);
    ports.set(name, { name, device, info: await openPort(dataplane, name, device, used, index) });
  }
  return ports;
}
