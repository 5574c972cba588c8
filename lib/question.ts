/**
 * What can be asked of what runs and ran, and what is answered: flows, packets, lists, tables, neighbours, revisions.
 *
 * @module
 */
import type { Scope, Via } from "./caller.ts";
import type { Condition, ConditionCounts } from "./condition.ts";
import type { Difference } from "./config/diff.ts";
import type { PacketField } from "./packet_fields.ts";
import type { HealthSummary, ServerHealth, ServerStatus, VipStatus } from "./status.ts";

/** Which flows, and how many at most; all where nothing is given. */
export interface FlowQuery {
  vip?: string;
  server?: string;
  /** From whom: `203.0.113.7`, `203.0.113.0/24`, or with the port `203.0.113.7:40001`. */
  client?: string;
  /** The client's or the server's, written like `client`; in place of the two. */
  address?: string;
  worker?: number;
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

/** The first packet of a flow; its ends as `203.0.113.7:40001` or `[2001:db8::7]:40001`, for icmp without a port. */
export interface FirstPacket {
  source: string;
  destination: string;
  /** icmp: an echo request. */
  protocol: "tcp" | "udp" | "icmp";
  /** Bytes of the IP packet; as few as can be unless given. */
  size?: number;
  /** Where it comes in; the first unless given. */
  interface?: string;
}

/** A packet to be traced: described, or byte by byte as hex digits from its Ethernet header on. */
export type TraceQuery = FirstPacket | { frame: string };

/** A packet byte by byte. */
export interface PacketView {
  /** Where it comes in or leaves; null: the program has no interface. */
  interface: string | null;
  /** Hex digits. */
  bytes: string;
  /** All its bits in order. `changed`: in against the first out, out against in. */
  fields: PacketField[];
}

/** One thing that decides about a packet, in packet order. */
export interface TraceStep {
  step: (typeof TRACE_STEPS)[number];
  text: string;
}

export const TRACE_STEPS = [
  "receive",
  "vip",
  "flow",
  "table",
  "server",
  "verdict",
  "send",
] as const;

/** Where a packet would go, and why. */
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
  steps: TraceStep[];
  in: PacketView;
  /** What leaves: the packet, an answer to it, its fragments. */
  out: PacketView[];
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
  /** Whether packets can be sent to it: its next hop is known. */
  reachable?: boolean;
  /** One of them. */
  condition?: readonly Condition[];
  /** That of the configuration unless given: VIP by VIP. */
  order?: "address";
}

/** Where in a list a page is. */
export interface ListPlace {
  /** Give it back to go on; null: that was all. */
  cursor: string | null;
  /** The same for the page before; null: this is the first. */
  previous: string | null;
  /** Entries before the page. */
  offset: number;
  /** Entries of all pages. */
  total: number;
}

/** A page. */
export interface VipsView extends ListPlace {
  vips: VipStatus[];
}

/** Which servers of a VIP. */
export interface ServerListQuery extends ListQuery {
  /** One of them. */
  condition?: readonly Condition[];
}

/** A page of a VIP's servers. */
export interface ServerListView extends ListPlace {
  servers: ServerStatus[];
  /** How many are how, of all that the search finds. */
  conditions: ConditionCounts;
}

/** The same of all servers, each with its VIP. */
export interface ServersView extends ListPlace {
  servers: (ServerStatus & { vip: string })[];
  /** How many are how, of all that the search finds. */
  conditions: ConditionCounts;
}

/** Which servers' health. */
export interface HealthQuery extends ListQuery {
  state?: ServerHealth["state"];
}

/** How a server of a VIP is. */
export interface ServerHealthView extends ServerHealth {
  vip: string;
  address: string;
  weight: number;
  /** `http :8080/healthz`; null: it is not checked. */
  check: string | null;
}

/** A page of them. `summary`: of all servers. */
export interface HealthView extends ListPlace {
  summary: HealthSummary;
  servers: ServerHealthView[];
}

/** Which slots of a table are told one by one; none unless `from` is given. */
export interface TableQuery {
  from?: number;
  /** 1 to 65,536, which it is unless given. */
  limit?: number;
  /** Into how many bins the table is cut, 1 to 1024; none are told unless given. */
  bins?: number;
}

/** A VIP's new-connection table. Shares are 0 to 1. */
export interface TableView {
  vip: string;
  slots: number;
  servers: { address: string; weight: number; slots: number; wanted: number; got: number }[];
  /** For each slot from `from` on the index of its server. */
  part: { from: number; servers: number[] } | null;
  /** Consecutive slots, counted by the index of their server. */
  bins: { server: number; slots: number }[][] | null;
}

/** A page of next hops. */
export interface NeighboursView extends ListPlace {
  neighbours: NeighbourView[];
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
  /** Who made it, and from where; empty: not known. */
  author: string;
  origin: string;
  /** By which way. */
  via: Via;
  /** What changed, to be read by people; empty: not known. */
  what: string;
}

/** Which revisions; the newest unless given. */
export interface RevisionQuery {
  /** Held by its number, what changed, or who made it. */
  search?: string;
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

/** A token without its secret. Times are ISO 8601. */
export interface TokenView {
  name: string;
  scope: Scope;
  state: "active" | "expired" | "revoked";
  created: string;
  /** Null: never. */
  expires: string | null;
  /** To the minute. */
  last_used: string | null;
  /** Null: it was not. */
  revoked: string | null;
}

/** One thing that somebody changed, or tried to. */
export interface AuditView {
  id: number;
  /** ISO 8601. */
  at: string;
  who: string;
  /** From where: an address, or the path of the unix socket. */
  origin: string;
  /** `PATCH /api/v1/config/conf` */
  request: string;
  /** What changed, to be read by people. */
  what: string;
  /** Null: it was about no configuration. */
  revision_before: number | null;
  revision_after: number | null;
  /** Refused: it made no sense or did not fit. Denied: who asked may not. Failed: our fault. */
  outcome: "done" | "refused" | "denied" | "failed";
  /** Why it was refused; empty where it was not. */
  reason: string;
}

/** A page of the audit log, the newest first. */
export interface AuditsView {
  entries: AuditView[];
  /** Give it back to go on; null: that was all. */
  cursor: string | null;
}

/** What one revision changed against another. */
export interface RevisionDiff {
  from: number;
  to: number;
  changes: Difference[];
}
