/**
 * What runs, as it is told to whoever asks: the program, its VIPs, servers, interfaces, workers and counters.
 *
 * @module
 */
import type { ConditionCounts } from "./condition.ts";
import type { Check } from "./config/health.ts";
import type { DfPolicy, Encap, Snat, TableUse } from "./dataplane.ts";

/** Counter values by name. */
export type Counters = Record<string, number>;

export const HEALTH_STATES = ["up", "down", "unknown", "unchecked"] as const;

/** What health checks say of a server. */
export interface ServerHealth {
  /** `unknown`: no check has decided yet, and it counts as up. `unchecked`: its VIP has no health check. */
  state: (typeof HEALTH_STATES)[number];
  /** What is wrong; null: nothing. */
  reason: string | null;
  /** Since when its state is this, ISO 8601. Null: since the start, or since it is checked. */
  since: string | null;
  /** When the last check ended, ISO 8601. */
  last_check: string | null;
  /** How long the last check took, if it was good. */
  latency_ms: number | null;
}

/** How a VIP's servers are checked, defaults filled in. Null: does not apply. */
export interface VipHealth extends Check {
  on_down: "keep" | "flush";
  /** All its servers are down, and so all get new flows. */
  fail_open: boolean;
}

/** How many servers are in which state. */
export interface HealthSummary {
  up: number;
  down: number;
  unknown: number;
  unchecked: number;
  /** VIPs whose servers are all down. */
  vips_fail_open: number;
}

/** A server as it runs. */
export interface ServerStatus {
  address: string;
  weight: number;
  /** `active`: takes new flows. `draining`: weight 0. `removed`: keeps its flows until they end. */
  state: "active" | "draining" | "removed";
  /** Null: not known yet, with the reason. */
  next_hop: { interface: string; mac: string } | null;
  reason: string | null;
  health: ServerHealth;
  /** Slots of the new-connection table. */
  slots: number;
  /** Flows that began at it since its VIP's new-connection table last changed. */
  table_flows: number;
  counters: Counters;
}

/** A VIP as it runs: what the configuration leaves open is told as it is. Null: does not apply. */
export interface VipStatus {
  /** `90.0.0.0/8`, `90.0.0.0/8 tcp/80` or `90.0.0.0/8 any/80` */
  name: string;
  prefix: string;
  /** Null with a port: TCP and UDP. */
  protocol: "tcp" | "udp" | null;
  port: number | null;
  encap: Encap;
  new_len: number;
  /** nat4, nat6. */
  type: "clusterip" | "nodeport" | null;
  /** nat4, nat6; null also where a packet keeps its port. */
  target_port: number | null;
  /** nat4, nat6; null also where the node's own address does not lead to it. */
  node_port: number | null;
  /** l3dsr. */
  dscp: number | null;
  src_ip_sticky: boolean;
  /** Tunnels: of the outer header. */
  ttl: number | null;
  df: DfPolicy | null;
  icmp_echo: "reply" | "forward";
  /** Null: its servers are not checked. */
  health: VipHealth | null;
  /** Remembered now, of all its servers. */
  flows: number;
  /** Flows that began at its servers. */
  new_flows: number;
  /** When its new-connection table last changed. */
  table_since: string;
  /** Flows that began at its servers since then. */
  table_flows: number;
  /** How many of its servers are how. */
  conditions: ConditionCounts;
  servers: ServerStatus[];
  counters: Counters;
}

/** What came and went at an interface. */
export interface InterfaceCounters {
  name: string;
  counters: Counters;
}

/** A worker as it runs. */
export interface WorkerStatus {
  index: number;
  cpu: number | null;
  /** Remembered now. */
  flows: number;
  counters: Counters;
  /** What this worker did at each. */
  interfaces: InterfaceCounters[];
}

/** Of all workers together. */
export interface InterfaceTotals extends InterfaceCounters {
  /** Packets that came while its queues were full, since it is open; not all drivers count them. */
  missed: number;
}

/** An interface as it runs; its counters are sums over the workers. */
export interface InterfaceStatus extends InterfaceTotals {
  device: string;
  driver: string;
  mac: string;
  mtu: number;
  link_up: boolean;
  /** 0: unknown. */
  link_mbps: number;
  /** Packets of such servers that come in here leave from their VIP. */
  snat: Snat[];
}

/** The program as it runs. */
export interface Status {
  version: string;
  dpdk: string;
  revision: number;
  /** ISO 8601. */
  started_at: string;
  uptime_seconds: number;
  hugepages: boolean;
  /** Why the store cannot be written, or null. */
  store_problem: string | null;
  /** What is to be known of the start: a damaged store, a configuration that cannot run. Sentences. */
  start_notes: string[];
  /** Workers that stand still: packets of their queues are lost. */
  stuck_workers: number[];
  interfaces: InterfaceStatus[];
  workers: number;
  vips: number;
  servers: number;
  health: HealthSummary;
  /** All workers together. */
  table: TableUse;
  /** By worker. */
  tables: TableUse[];
}

/** Counters, summed and by owner; without those of VIPs, of which there may be thousands. */
export interface TotalsView {
  /** ISO 8601. */
  at: string;
  /** Sum over the workers. */
  total: Counters;
  workers: WorkerStatus[];
  interfaces: InterfaceTotals[];
  /** Remembered now, by all workers. */
  flows: number;
}

/** All counters, summed and by owner. */
export interface CountersView extends TotalsView {
  vips: VipStatus[];
}
