/**
 * What somebody asks to be changed (REST, command line, console), and what it does. What travels as JSON has snake_case
 * names, as the configuration has.
 *
 * @module
 */
import type { Difference } from "./config/diff.ts";

/** Whose flows are to be forgotten: one server's, or all of a VIP. */
export interface Flush {
  vip: string;
  address?: string;
}

/** A server of a VIP and the weight that it is to have. */
export interface ServerWeight {
  address: string;
  weight: number;
}

/**
 * A change that somebody asks for. VIPs go by name: `90.0.0.0/8` or `90.0.0.0/8 tcp/80`. Fields are merged over those
 * that are there; null takes one away, so that its default counts.
 */
export type Change =
  | { kind: "replace"; config: unknown; flushes?: readonly Flush[] }
  | { kind: "conf.update"; conf: unknown }
  | { kind: "interface.put"; name: string; value: unknown }
  | { kind: "interface.update"; name: string; fields: unknown }
  | { kind: "interface.remove"; name: string }
  | { kind: "vip.add"; vip: unknown }
  | { kind: "vip.update"; vip: string; fields: unknown }
  | { kind: "vip.remove"; vip: string; flush?: boolean }
  | { kind: "vip.flush"; vip: string }
  | { kind: "server.add"; vip: string; server: unknown }
  | { kind: "server.remove"; vip: string; address: string; flush?: boolean }
  | { kind: "server.weight"; vip: string; address: string; weight: number }
  | { kind: "server.weights"; vip: string; weights: readonly ServerWeight[] }
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
  /** Tables of which slots move are told, each cut into that many bins; 1 to 1024. */
  bins?: number;
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
  /** Of VIPs. */
  added: string[];
  removed: string[];
  /** Only VIPs that change. */
  vips: VipPlan[];
  /** Names. */
  interfaces_added: string[];
  interfaces_removed: string[];
  /** Paths elsewhere that change, such as `conf.timeout` or `interfaces.net1`. */
  settings: string[];
}

/** A change that was carried out, or would be. */
export interface Applied {
  /** The running revision afterwards (for a dry run: still the old one). */
  revision: number;
  dry_run: boolean;
  plan: Plan;
  effects: Effects;
  /** Why it is not stored, although it runs: it is tried again. Null: it is, or there was nothing to store. */
  store_problem: string | null;
  /** Where bins were asked for. */
  tables?: TableChange[];
}

/** How the new-connection table of a VIP that is there afterwards changes. */
export interface TableChange {
  vip: string;
  /** Of the larger one of both tables. */
  slots: number;
  /** Addresses: those behind the VIP before, in their order, then those that come. */
  servers: string[];
  /** Consecutive slots, counted by whose they were and will be: places in `servers`; null: nobody's. */
  bins: { from: number | null; to: number | null; slots: number }[][];
}

/** The same, for those in the program that want to know exactly. */
export interface Accepted extends Applied {
  /** The revision that ran before. */
  before: number;
  /** What differs, place by place; found when asked for. */
  differences(): Difference[];
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
