/**
 * What a look at a machine finds.
 *
 * @module
 */
import type { Config } from "../config.ts";
import { type Device, parseDevice } from "../config/device.ts";
import type { Machine } from "../machine.ts";
import type { NextHops } from "../next_hops.ts";
import type { Nic } from "../nics.ts";

/** `note`: to be known. `warn`: it works, and could be better, or may not work. `bad`: it does not work. */
export const STATES = ["ok", "note", "warn", "bad"] as const;
export type State = (typeof STATES)[number];

/** One thing that was looked at. */
export interface Finding {
  /** The check's name: `hugepages`. */
  name: string;
  state: State;
  found: string;
  /** Why it matters; empty where all is well. */
  why: string;
  /** What to type, line by line. */
  type: string[];
}

/** What checks look at. They change nothing. */
export interface Facts {
  machine: Machine;
  /** Null: none was given, and no program runs. */
  config: Config | null;
  nics: Nic[];
  /** Of all servers; null where no configuration tells of any. */
  hops: NextHops | null;
}

/** Looks at one thing; nothing where it does not matter here. */
export type Check = (facts: Facts) => Finding[] | Promise<Finding[]>;

/** The interfaces of the configuration, with their devices taken apart. */
export function devicesOf(config: Config | null): (Device & { name: string })[] {
  return Object.entries(config?.interfaces ?? {})
    .map(([name, { device }]) => ({ ...parseDevice(device), name }));
}

/** Devices of the configuration that the kernel drives, too. */
export function kernelDevices(config: Config | null): string[] {
  return devicesOf(config)
    .filter(({ driver }) => driver === "af_packet" || driver === "af_xdp")
    .map(({ target }) => target);
}

export function ok(name: string, found: string): Finding {
  return { name, state: "ok", found, why: "", type: [] };
}
