/**
 * Interfaces as they run, and what came and went at them.
 *
 * @module
 */
import type { Counters, InterfaceCounters, InterfaceStatus, InterfaceTotals } from "../status.ts";
import type { PortInfo } from "../dataplane.ts";
import { currentInfo, type Port } from "../ports.ts";
import type { Running } from "../running.ts";
import { named, sum } from "./counters.ts";

/** The open interfaces, with their link as it is now. */
export function viewInterfaces(running: Running): InterfaceStatus[] {
  return [...running.ports.values()].map((port) => {
    const info = currentInfo(running.dataplane, port);
    return {
      ...totalsOf(running, port, info),
      device: port.device,
      driver: info.driver,
      mac: info.mac,
      mtu: info.mtu,
      link_up: info.linkUp,
      link_mbps: info.linkMbps,
      snat: [...running.config.interfaces[port.name]?.snat ?? []],
    };
  });
}

/** What one worker counted at each open interface. */
export function workerInterfaces(running: Running, worker: number): InterfaceCounters[] {
  return [...running.ports.values()].map(({ name, info }) => ({
    name,
    counters: portCounters(running, worker, info.index),
  }));
}

/** What all workers together counted at each, and what came to none of them. */
export function sumInterfaces(running: Running): InterfaceTotals[] {
  return [...running.ports.values()].map((port) =>
    totalsOf(running, port, currentInfo(running.dataplane, port))
  );
}

function totalsOf(running: Running, { name }: Port, { index, missed }: PortInfo): InterfaceTotals {
  const workers = Array.from({ length: running.dataplane.workers }, (_, worker) => worker);
  const counters = sum(workers.map((worker) => portCounters(running, worker, index)));
  return { name, missed, counters };
}

function portCounters({ dataplane, baselines }: Running, worker: number, index: number): Counters {
  return named(
    dataplane.catalog.port,
    dataplane.portCounters(worker, index),
    baselines.ports.get(index)?.[worker],
  );
}
