/**
 * What a line asks for, read and checked on its own.
 *
 * @module
 */
import type { Config, VipConfig } from "../config.ts";
import type { Snat } from "../dataplane.ts";
import type { Place } from "./line_error.ts";

/** Where each field that a line sets stands in it. */
export type Places = Record<string, Place>;

/** A VIP as a line names it; what is left out may be left out while only one VIP fits. */
export interface VipWords {
  prefix: string;
  protocol?: "tcp" | "udp";
  port?: number;
  place: Place;
}

/** An address of a server, where it stands. */
export interface ServerWord {
  address: string;
  place: Place;
}

/** Fields of a VIP besides its name and its servers. */
export type VipFields = Partial<Omit<VipConfig, "prefix" | "protocol" | "port" | "servers">>;

/** What `show` shows. */
export type Shown = "lb" | "vips" | "vips verbose" | "counters";

type Action =
  | { kind: "conf"; fields: Partial<Config["conf"]>; places: Places }
  | { kind: "vip"; vip: VipWords; fields: VipFields; places: Places }
  | { kind: "vip.del"; vip: VipWords }
  | { kind: "as"; vip: VipWords; servers: ServerWord[]; weight?: number; flush: boolean }
  | { kind: "as.del"; vip: VipWords; servers: ServerWord[]; flush: boolean }
  | { kind: "flush"; vip: VipWords }
  | { kind: "flush all" }
  | { kind: "snat"; snat: Snat; interface: string; del: boolean; at: Place }
  | { kind: "show"; what: Shown };

/** One line's command; the place is its first word's. */
export type Command = Action & { place: Place };
