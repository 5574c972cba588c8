/**
 * Interfaces as they run, and what came and went at them.
 *
 * @module
 */
import type { Counters, InterfaceCounters, InterfaceStatus } from "../status.ts";
import { currentInfo } from "../ports.ts";
import type { Running } from "../running.ts";
import { named, sum } from "./counters.ts";

/** The open interfaces, with their link as it is now. */
export function viewInterfaces(running: Running): InterfaceStatus[] {
  const counters = new Map(sumInterfaces(running).map((one) => [one.name, one.counters]));
  return [...running.ports.values()].map((port) => {
    const info = currentInfo(running.dataplane, port);
    return {
      name: port.name,
      device: port.device,
      driver: info.driver,
      mac: info.mac,
      mtu: info.mtu,
      link_up: info.linkUp,
      link_mbps: info.linkMbps,
      missed: info.missed,
      snat: [...running.config.interfaces[port.name]?.snat ?? []],
      counters: counters.get(port.name) ?? {},
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

/** What all workers together counted at each. */
export function sumInterfaces(running: Running): InterfaceCounters[] {
  const workers = Array.from({ length: running.dataplane.workers }, (_, worker) => worker);
  return [...running.ports.values()].map(({ name, info }) => ({
    name,
    counters: sum(workers.map((worker) => portCounters(running, worker, info.index))),
  }));
}

function portCounters({ dataplane, baselines }: Running, worker: number, index: number): Counters {
  return named(
    dataplane.catalog.port,
    dataplane.portCounters(worker, index),
    baselines.ports.get(index)?.[worker],
  );
}
