/**
 * What runs, as REST, command line and pages show it: names in place of ids, counters by name.
 *
 * @module
 */
import type {
  CountersView,
  ServerStatus,
  Status,
  TotalsView,
  VipHealth,
  VipStatus,
  WorkerStatus,
} from "./status.ts";
import { conditionOf, countConditions } from "./condition.ts";
import type { VipConfig } from "./config.ts";
import { checkOf } from "./config/health.ts";
import { UNCHECKED } from "./health/book.ts";
import { healthSummary } from "./views/health.ts";
import { hasPorts } from "./ports.ts";
import type { Running } from "./running.ts";
import type { ServerIds } from "./snapshot/slots.ts";
import { VERSION } from "./version.ts";
import { named, sum } from "./views/counters.ts";
import { sumInterfaces, viewInterfaces, workerInterfaces } from "./views/ports.ts";
import { flowsByTable } from "./views/table_baselines.ts";
import { vipFields } from "./views/vip_fields.ts";
import { vipName } from "./vip_name.ts";

/** One VIP with its servers, those too that were removed and still have flows. */
export function viewVip(running: Running, vip: VipConfig): VipStatus {
  const name = vipName(vip);
  const { id, servers } = running.ids.vips.get(name)!;
  const weights = new Map(vip.servers.map(({ address, weight }) => [address, weight]));
  const shown = [
    ...vip.servers.map(({ address }) => servers.get(address)!),
    ...[...servers.values()].filter(({ live }) => !live),
  ].map((server) => viewServer(running, name, server, weights.get(server.address) ?? 0));
  return {
    name,
    ...vipFields(vip),
    health: vipHealth(running, vip),
    flows: shown.reduce((all, { counters }) => all + (counters.flows ?? 0), 0),
    new_flows: shown.reduce((all, { counters }) => all + (counters.new_flows ?? 0), 0),
    table_since: running.tableBaselines.get(name)!.since,
    table_flows: shown.reduce((all, { table_flows }) => all + table_flows, 0),
    conditions: countConditions(shown.map(conditionOf)),
    servers: shown,
    counters: named(
      running.dataplane.catalog.vip,
      running.dataplane.vipCounters(id),
      running.baselines.vips.get(id),
    ),
  };
}

function vipHealth({ tables }: Running, vip: VipConfig): VipHealth | null {
  const check = checkOf(vip);
  if (check === null) return null;
  const { on_down } = vip.health!;
  return { ...check, on_down, fail_open: tables.get(vipName(vip))?.failOpen ?? false };
}

/** One server of a VIP. @param weight 0 for one that was removed */
export function viewServer(
  running: Running,
  vip: string,
  server: ServerIds,
  weight: number,
): ServerStatus {
  const { catalog } = running.dataplane;
  const next = running.nextHops.get(server.address);
  const counted = running.dataplane.serverCounters(server.slot);
  return {
    address: server.address,
    weight,
    state: stateOf(server, weight),
    next_hop: next?.hop ?? null,
    reason: next === undefined ? "not looked for yet" : next.reason,
    health: server.live ? running.health.of(vip, server.address) : UNCHECKED,
    slots: running.tables.get(vip)?.counts.get(server.slot) ?? 0,
    table_flows: flowsByTable(catalog, counted, running.tableBaselines.get(vip), server.slot),
    counters: named(catalog.server, counted, running.baselines.servers.get(server.slot)),
  };
}

/** What a server is there for. */
export function stateOf({ live }: ServerIds, weight: number): ServerStatus["state"] {
  return !live ? "removed" : weight === 0 ? "draining" : "active";
}

/**
 * All counters at this moment. Others than are there are passed over.
 *
 * @param names Of VIPs; all unless given.
 * @param servers Those of the VIPs that are told, as `VIP ADDRESS`; all unless given.
 */
export function viewCounters(
  running: Running,
  names?: readonly string[],
  servers?: readonly string[],
): CountersView {
  const wanted = names === undefined ? null : new Set(names);
  const vips = running.config.vips.filter((vip) => wanted?.has(vipName(vip)) ?? true)
    .map((vip) => viewVip(running, vip));
  return {
    ...viewTotals(running),
    vips: servers === undefined ? vips : onlyServers(vips, servers),
  };
}

function onlyServers(vips: VipStatus[], names: readonly string[]): VipStatus[] {
  const wanted = new Set(names);
  return vips.map((vip) => ({
    ...vip,
    servers: vip.servers.filter(({ address }) => wanted.has(`${vip.name} ${address}`)),
  }));
}

/** One counter of each VIP, by the VIP's name. */
export function vipCounter(running: Running, counter: string): Map<string, number> {
  const { dataplane, baselines, ids, config } = running;
  return new Map(config.vips.map((vip) => {
    const name = vipName(vip);
    const { id } = ids.vips.get(name)!;
    const counters = named(
      dataplane.catalog.vip,
      dataplane.vipCounters(id),
      baselines.vips.get(id),
    );
    return [name, counters[counter] ?? 0];
  }));
}

/** The same without the VIPs. */
export function viewTotals(running: Running): TotalsView {
  const workers = viewWorkers(running);
  return {
    at: new Date().toISOString(),
    total: sum(workers.map(({ counters }) => counters)),
    workers,
    interfaces: sumInterfaces(running),
    flows: running.dataplane.tableUse().flows,
  };
}

function viewWorkers(running: Running): WorkerStatus[] {
  const { dataplane } = running;
  return Array.from({ length: dataplane.workers }, (_, index) => ({
    index,
    cpu: hasPorts(dataplane) ? dataplane.cpus[index] ?? null : null,
    flows: dataplane.tableUse(index).flows,
    counters: named(dataplane.catalog.worker, dataplane.workerCounters(index)),
    interfaces: workerInterfaces(running, index),
  }));
}

/** The program as a whole. */
export function viewStatus(
  running: Running,
  startedAt: Date,
  { problem, notes }: { problem: string | null; notes: readonly string[] },
  stuck: readonly number[],
): Status {
  const { config, dataplane, revision } = running;
  const real = hasPorts(dataplane) ? dataplane : null;
  return {
    version: VERSION,
    dpdk: real?.dpdkVersion ?? "none (simulation)",
    revision,
    started_at: startedAt.toISOString(),
    uptime_seconds: Math.floor((Date.now() - startedAt.getTime()) / 1000),
    hugepages: real?.hugepages ?? false,
    store_problem: problem,
    start_notes: [...notes],
    stuck_workers: [...stuck],
    interfaces: viewInterfaces(running),
    workers: dataplane.workers,
    vips: config.vips.length,
    servers: config.vips.reduce((sum, { servers }) => sum + servers.length, 0),
    health: healthSummary(running),
    table: dataplane.tableUse(),
    tables: Array.from({ length: dataplane.workers }, (_, worker) => dataplane.tableUse(worker)),
  };
}
