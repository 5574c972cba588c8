/**
 * Protocols and ports that a VIP is reached at.
 *
 * @module
 */
import type { VipConfig } from "../config.ts";
import { vipName } from "../vip_name.ts";

/** A protocol that has ports. */
export type Protocol = "tcp" | "udp";

const PROTOCOLS = ["tcp", "udp"] as const;

/**
 * The protocols of a VIP with a port; none without one. A VIP for both leaves to others what is theirs by name.
 *
 * @param names Of all VIPs.
 */
export function protocolsOf(vip: VipConfig, names: { has(name: string): boolean }): Protocol[] {
  if (vip.port === undefined) return [];
  if (vip.protocol !== undefined) return [vip.protocol];
  return PROTOCOLS.filter((protocol) => !names.has(vipName({ ...vip, protocol })));
}

/** The port at the node's own address that a VIP is also reached at; null: none. */
export function nodePortOf(vip: VipConfig): number | null {
  return vip.node_port ?? (vip.type === "nodeport" ? vip.port ?? null : null);
}
