/**
 * Counters in Prometheus' text form, under the names that they have everywhere.
 *
 * @module
 */
import { Counter, Gauge, Registry } from "prom-client";
import type { Counters, CountersView, Status } from "./status.ts";
import type { CounterCatalog, CounterInfo } from "./dataplane.ts";
import { isGauge } from "./counter_names.ts";

/** The content type of the text. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

interface Sample {
  labels: Record<string, string>;
  counters: Counters;
}

/** One text of all counters; each name's help is its sentence in the catalog. */
export async function formatMetrics(
  view: CountersView,
  catalog: CounterCatalog,
  status: Status,
): Promise<string> {
  const registry = new Registry();
  const workers = view.workers.map(({ index, counters }) => ({
    labels: { worker: String(index) },
    counters,
  }));
  const interfaces = view.workers.flatMap((worker) =>
    worker.interfaces.map(({ name, counters }) => ({
      labels: { worker: String(worker.index), interface: name },
      counters,
    }))
  );
  const vips = view.vips.map(({ name, counters }) => ({ labels: { vip: name }, counters }));
  const servers = view.vips.flatMap((vip) =>
    vip.servers.map(({ address, counters }) => ({
      labels: { vip: vip.name, server: address },
      counters,
    }))
  );
  addAll(registry, "worker", ["worker"], catalog.worker, workers);
  addAll(registry, "interface", ["worker", "interface"], catalog.port, interfaces);
  addAll(registry, "vip", ["vip"], catalog.vip, vips);
  addAll(registry, "server", ["vip", "server"], catalog.server, servers);
  addFlows(registry, view);
  addHealth(registry, view);
  addMissed(registry, status);
  addGauges(registry, status);
  return await registry.metrics();
}

function addAll(
  registry: Registry,
  owner: string,
  labelNames: string[],
  infos: CounterInfo[],
  samples: Sample[],
): void {
  for (const { name, text } of infos) {
    const common = { help: text, labelNames, registers: [registry] };
    if (isGauge(name)) {
      const gauge = new Gauge({ name: `guideway_${owner}_${name}`, ...common });
      for (const { labels, counters } of samples) gauge.set(labels, counters[name] ?? 0);
    } else {
      const counter = new Counter({ name: `guideway_${owner}_${name}_total`, ...common });
      for (const { labels, counters } of samples) counter.inc(labels, counters[name] ?? 0);
    }
  }
}

/** No counter of the data plane: the sum over a VIP's servers. */
function addFlows(registry: Registry, { vips }: CountersView): void {
  const gauge = new Gauge({
    name: "guideway_vip_flows",
    help: "flows now remembered for the VIP's servers",
    labelNames: ["vip"],
    registers: [registry],
  });
  for (const { name, flows } of vips) gauge.set({ vip: name }, flows);
}

/** No counter of a worker: nobody saw them. */
function addMissed(registry: Registry, { interfaces }: Status): void {
  const counter = new Counter({
    name: "guideway_interface_missed_total",
    help: "packets that came while the interface's queues were full; not all drivers count them",
    labelNames: ["interface"],
    registers: [registry],
  });
  for (const { name, missed } of interfaces) counter.inc({ interface: name }, missed);
}

/** Of the servers that are checked. */
function addHealth(registry: Registry, { vips }: CountersView): void {
  const gauge = (name: string, help: string, labelNames: string[]) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const names = ["vip", "server"];
  const up = gauge(
    "guideway_server_up",
    "1 while the server is up, or not known to be down",
    names,
  );
  const took = gauge(
    "guideway_server_check_seconds",
    "how long the last health check took, if it was good",
    names,
  );
  const open = gauge(
    "guideway_vip_fail_open",
    "1 while all servers of the VIP are down, and so all get new flows",
    ["vip"],
  );
  for (const { name, health, servers } of vips) {
    if (health === null) continue;
    open.set({ vip: name }, health.fail_open ? 1 : 0);
    for (const { address, state, health } of servers) {
      if (state === "removed") continue;
      const labels = { vip: name, server: address };
      up.set(labels, health.state === "down" ? 0 : 1);
      if (health.latency_ms !== null) took.set(labels, health.latency_ms / 1000);
    }
  }
}

function addGauges(registry: Registry, status: Status): void {
  const values: [string, string, number][] = [
    ["flows", "flows now remembered, in all tables", status.table.flows],
    ["flows_capacity", "flows that the tables have room for", status.table.capacity],
    ["revision", "number of the running configuration", status.revision],
    ["uptime_seconds", "seconds since the start", status.uptime_seconds],
    ["store_ok", "1 while changes can be stored", status.store_problem === null ? 1 : 0],
  ];
  for (const [name, help, value] of values) {
    new Gauge({ name: `guideway_${name}`, help, registers: [registry] }).set(value);
  }
}
