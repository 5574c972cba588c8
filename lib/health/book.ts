import type { ServerHealth } from "../status.ts";

/** What is known of servers' health. */
export interface HealthBook {
  /** By the VIP's name and the server's address. */
  of(vip: string, address: string): ServerHealth;
  isDown(vip: string, address: string): boolean;
}

/** Of a server that nobody asks. */
export const UNCHECKED: ServerHealth = {
  state: "unchecked",
  reason: null,
  since: null,
  last_check: null,
  latency_ms: null,
};

/** Nobody asks any server. */
export const NOTHING_KNOWN: HealthBook = { of: () => UNCHECKED, isDown: () => false };
