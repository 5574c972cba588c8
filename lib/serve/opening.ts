/**
 * The data plane of a start: the one that forwards already, or a new one.
 *
 * @module
 */
import type { Config } from "../config.ts";
import { DataplaneError, type RealDataplane } from "../dataplane.ts";
import { type Early, takeEarly, VARIABLE } from "../early.ts";
import { log } from "../log.ts";
import { again, openDataplane } from "../native.ts";
import type { NextHops } from "../next_hops.ts";

const EALREADY = 114;

/** A data plane, and what the process before knew of next hops where that goes on. */
export interface Opened {
  dataplane: RealDataplane;
  nextHops: NextHops;
}

/**
 * Opens a data plane for the configuration.
 *
 * @param crashes Where a worker that crashes leaves its report.
 * @throws {DataplaneError} with the library's reason.
 */
export async function openFor(config: Config, crashes: string): Promise<Opened> {
  const early = await takeEarly();
  tell(early);
  if (early.resumed === null) {
    const { workers } = config;
    const sockets = packetPorts(config) * workers;
    const dataplane = await openAnew(early.reason, {
      workers,
      usePci: hasPci(config),
      sockets,
      crashes,
    });
    return { dataplane, nextHops: new Map() };
  }
  const { image, resumed: { dataplane } } = early;
  if (fits(config, early)) return { dataplane, nextHops: new Map(image.nextHops) };
  log("early_undone", { workers: config.workers });
  await dataplane.close();
  // DPDK starts only once in a process.
  again(`${VARIABLE}=no`);
}

/** Where DPDK was started in vain before, that tells why. */
async function openAnew(
  before: string | null,
  options: Parameters<typeof openDataplane>[0],
): Promise<RealDataplane> {
  try {
    return await openDataplane(options);
  } catch (error) {
    if (before === null || !(error instanceof DataplaneError) || error.errno !== EALREADY) {
      throw error;
    }
    throw new DataplaneError(before, error.errno);
  }
}

function tell({ image, resumed, reason }: Early): void {
  if (resumed === null) {
    if (reason !== null) log("early_refused", { reason });
  } else if (resumed.ms === null) log("early_refused", { reason: resumed.reason });
  else log("early", { revision: image.revision, ms: resumed.ms });
}

/** Workers and bus are of the start; all else can change while packets flow. */
function fits(config: Config, { image }: Early): boolean {
  const usesPci = image?.ports.some(({ device }) => device.startsWith("pci:"));
  return config.workers === image?.workers && (usesPci || !hasPci(config));
}

function hasPci(config: Config): boolean {
  return Object.values(config.interfaces).some(({ device }) => device.startsWith("pci:"));
}

function packetPorts({ interfaces }: Config): number {
  return Object.values(interfaces).filter(({ device }) => device.startsWith("af_packet:")).length;
}
