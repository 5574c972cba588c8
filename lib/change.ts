/**
 * The words between whoever asks for a change (REST, command line, console) and the controller.
 * What travels as JSON has snake_case names, as the configuration has.
 *
 * @module
 */
import type { Config } from "./config.ts";
import type { Difference } from "./config/diff.ts";
import type { Events } from "./events.ts";
import type { CounterCatalog, DfPolicy, Encap, Snat, TableUse } from "./dataplane.ts";

/** Whose flows are to be forgotten: one server's, or all of a VIP. */
export interface Flush {
  vip: string;
  address?: string;
}

/**
 * A change that somebody asks for. VIPs go by name: `90.0.0.0/8` or `90.0.0.0/8 tcp/80`. Fields are merged over those
 * that are there; null takes one away, so that its default counts.
 */
export type Change =
  | { kind: "replace"; config: unknown; flushes?: readonly Flush[] }
  | { kind: "conf.update"; conf: unknown }
  | { kind: "vip.add"; vip: unknown }
  | { kind: "vip.update"; vip: string; fields: unknown }
  | { kind: "vip.remove"; vip: string; flush?: boolean }
  | { kind: "vip.flush"; vip: string }
  | { kind: "server.add"; vip: string; server: unknown }
  | { kind: "server.remove"; vip: string; address: string; flush?: boolean }
  | { kind: "server.weight"; vip: string; address: string; weight: number }
  | { kind: "server.flush"; vip: string; address: string }
  | { kind: "rollback"; revision: number };

/** One that tells by itself what is to be; to go back becomes one. */
export type DirectChange = Exclude<Change, { kind: "rollback" }>;

/** How a change is to be carried out. */
export interface ApplyOptions {
  /** Only if this is still the running revision; else {@linkcode RefusedError} 412. */
  ifMatch?: number;
  /** Says what would change and changes nothing. */
  dryRun?: boolean;
  /** Servers that would get more than that many times their share are told; 1.25 unless given. */
  over?: number;
}

/** What a change does to one VIP that is there before and after. */
export interface VipPlan {
  vip: string;
  /** Addresses. */
  added: string[];
  removed: string[];
  reweighted: { address: string; from: number; to: number }[];
  /** Other fields of the VIP that change, by name. */
  changed: string[];
  /** Slots of the new-connection table that lead to another server than before. */
  slots_moved: number;
  slots: number;
  /** slots_moved / slots, 0 to 1. */
  share: number;
}

/** What a change does. */
export interface Plan {
  added: string[];
  removed: string[];
  /** Only VIPs that change. */
  vips: VipPlan[];
  /** Paths outside the VIPs that change, such as `conf.timeout` or `interfaces.net1`. */
  settings: string[];
}

/** A change that was carried out, or would be. */
export interface Applied {
  /** The running revision afterwards (for a dry run: still the old one). */
  revision: number;
  dry_run: boolean;
  plan: Plan;
  effects: Effects;
}

/** A VIP with flows that a change affects. */
export interface AffectedVip {
  vip: string;
  /** Remembered just before. */
  flows: number;
  flows_affected: number;
  reason: "removed" | "flushed" | "encap" | "target_port" | "src_ip_sticky";
}

/** A server that gets more new flows than its weight wants, since its VIP's table is small. Shares are 0 to 1. */
export interface Crowded {
  vip: string;
  address: string;
  wanted: number;
  got: number;
  /** got / wanted */
  times: number;
}

/** What a change does besides. */
export interface Effects {
  /** Established flows whose packets go elsewhere from then on, in another form, or nowhere; all others go on. */
  flows_affected: number;
  /** Only those with such flows. */
  vips: AffectedVip[];
  /** Of VIPs that are added or whose tables change. */
  crowded: Crowded[];
}

/** Counter values by name. */
export type Counters = Record<string, number>;

/** A server as it runs. */
export interface ServerStatus {
  address: string;
  weight: number;
  /** `active`: takes new flows. `draining`: weight 0. `removed`: keeps its flows until they end. */
  state: "active" | "draining" | "removed";
  /** Null: not known yet, with the reason. */
  next_hop: { interface: string; mac: string } | null;
  reason: string | null;
  /** Slots of the new-connection table. */
  slots: number;
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
  /** Remembered now, of all its servers. */
  flows: number;
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
  counters: Counters;
  /** What this worker did at each. */
  interfaces: InterfaceCounters[];
}

/** An interface as it runs; its counters are sums over the workers. */
export interface InterfaceStatus extends InterfaceCounters {
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
  interfaces: InterfaceStatus[];
  workers: number;
  vips: number;
  servers: number;
  /** All workers together. */
  table: TableUse;
  /** By worker. */
  tables: TableUse[];
}

/** All counters, summed and by owner. */
export interface CountersView {
  /** ISO 8601. */
  at: string;
  /** Sum over the workers. */
  total: Counters;
  workers: WorkerStatus[];
  /** Sums over the workers. */
  interfaces: InterfaceCounters[];
  vips: VipStatus[];
}

/** Which flows, and how many at most; all where nothing is given. */
export interface FlowQuery {
  vip?: string;
  server?: string;
  /** What the page before gave. */
  cursor?: string;
  /** 1 to 10,000; 100 unless given. */
  limit?: number;
}

/** A remembered flow with names in place of ids. */
export interface FlowView {
  vip: string;
  server: string;
  protocol: string;
  /** `203.0.113.7:40001`, `[2001:db8::7]:40001`, without a port where there is none. */
  source: string;
  destination: string;
  worker: number;
  age_seconds: number;
  idle_seconds: number;
}

/** A packet to be traced; its ends as `203.0.113.7:40001` or `[2001:db8::7]:40001`, for icmp without a port. */
export interface TraceQuery {
  source: string;
  destination: string;
  /** icmp: an echo request. */
  protocol: "tcp" | "udp" | "icmp";
}

/** Where a packet would go. */
export interface TraceView {
  verdict: string;
  /** The verdict's sentence. */
  text: string;
  vip: string | null;
  /** 16 hex digits. */
  hash: string | null;
  slot: number | null;
  server: string | null;
  decided: "flow" | "table" | null;
  interface: string | null;
  /** Hex digits. */
  input: string;
  output: string | null;
}

/** A page of flows. */
export interface FlowsView {
  flows: FlowView[];
  /** Give it back to go on; null: that was all. */
  cursor: string | null;
}

/** Which entries of a list; all unless something is given. */
export interface ListQuery {
  /** Held by a name or an address, upper case or lower. */
  search?: string;
  /** What the page before gave. */
  cursor?: string;
  /** 1 to 10,000. */
  limit?: number;
}

export interface ServerQuery extends ListQuery {
  state?: ServerStatus["state"];
}

/** A page; null: that was all. */
export interface VipsView {
  vips: VipStatus[];
  cursor: string | null;
}

/** The same of all servers, each with its VIP. */
export interface ServersView {
  servers: (ServerStatus & { vip: string })[];
  cursor: string | null;
}

/** Which slots of a table are told one by one; none unless `from` is given. */
export interface TableQuery {
  from?: number;
  /** 1 to 65,536, which it is unless given. */
  limit?: number;
}

/** A VIP's new-connection table. Shares are 0 to 1. */
export interface TableView {
  vip: string;
  slots: number;
  servers: { address: string; weight: number; slots: number; wanted: number; got: number }[];
  /** For each slot from `from` on the index of its server. */
  part: { from: number; servers: number[] } | null;
}

/** Where packets to an address leave. */
export interface NeighbourView {
  /** A server's, or a default route: the way back to clients of nat VIPs. */
  address: string;
  for: "server" | "clients";
  /** Null: not known, and nothing is sent. */
  interface: string | null;
  mac: string | null;
  /** Whose MAC address it is, where the kernel told. */
  station: string | null;
  /** Largest packet for the route, where it has a limit of its own. */
  mtu: number | null;
  /** Why it is not known; or why it may be out of date. */
  reason: string | null;
}

/** A revision without its configuration. */
export interface RevisionHead {
  number: number;
  /** ISO 8601. */
  created: string;
  /** What kind of change made it. */
  comment: string;
}

/** Which revisions; the newest unless given. */
export interface RevisionQuery {
  /** What the page before gave. */
  cursor?: string;
  /** 1 to 10,000; 100 unless given. */
  limit?: number;
}

/** A page of revisions, the newest first. */
export interface RevisionsView {
  revisions: RevisionHead[];
  /** Give it back to go on; null: that was all. */
  cursor: string | null;
}

/** A revision as it was accepted. */
export interface RevisionView extends RevisionHead {
  config: unknown;
}

/** What one revision changed against another. */
export interface RevisionDiff {
  from: number;
  to: number;
  changes: Difference[];
}

/** The running program, as REST and the pages see it. */
export interface Controller {
  readonly revision: number;
  /** What happens, as it happens. */
  readonly events: Events;
  config(): Config;
  apply(change: Change, options?: ApplyOptions): Promise<Applied>;
  status(): Status;
  /** These two: @throws {RefusedError} 400 for a cursor that is none */
  vips(query?: ListQuery): VipsView;
  servers(query?: ServerQuery): ServersView;
  /** @throws {RefusedError} 404 */
  vip(name: string): VipStatus;
  counters(): CountersView;
  /** @throws {RefusedError} 400, 404 */
  flows(query: FlowQuery): FlowsView;
  /** @throws {RefusedError} 400 */
  trace(query: TraceQuery): TraceView;
  /** Counter names with their sentences. */
  catalog(): CounterCatalog;
  /** @throws {RefusedError} 404; 400 for slots that are not there */
  table(vip: string, query?: TableQuery): TableView;
  neighbours(): NeighbourView[];
  /** These four: @throws {StoreError} when the store cannot be read; {RefusedError} 400, 404, 409 */
  revisions(query?: RevisionQuery): RevisionsView;
  revisionOf(number: number): RevisionView;
  /** The same as this program reads it. */
  revisionConfig(number: number): Config;
  /** @param to The running one unless given. */
  revisionDiff(from: number, to?: number): RevisionDiff;
  close(): Promise<void>;
}
