import { conditionOf } from "../../lib/condition.ts";
import type { ServerStatus, VipStatus } from "../../lib/status.ts";

/** What a page shows of a VIP besides numbers that move; for `data-is`. */
export function vipSignature(vip: VipStatus): string {
  const { type, target_port, node_port, dscp, src_ip_sticky, ttl, df, icmp_echo } = vip;
  const fields = [type, target_port, node_port, dscp, src_ip_sticky, ttl, df, icmp_echo];
  return [vip.name, vip.encap, vip.new_len, ...fields].join(" ");
}

/** The same of a server. */
export function serverSignature(vip: string, server: ServerStatus): string {
  const { address, state, weight, slots, next_hop, reason } = server;
  return [vip, address, state, weight, slots, next_hop?.mac ?? reason].join(" ");
}

/** Of a VIP with its servers as a row of a list. */
export function rowSignature(vip: VipStatus): string {
  const { name, encap, conditions, health } = vip;
  return [name, encap, ...Object.values(conditions), health?.fail_open ?? false].join(" ");
}

/** Of a server, how it is and why, as a row of a list. */
export function healthSignature(vip: string, server: ServerStatus): string {
  const { address, weight, next_hop, reason, health } = server;
  const hop = next_hop === null ? reason : "";
  const about = [conditionOf(server), weight, hop, health.state, health.since, health.reason];
  return ["health", vip, address, ...about].join(" ");
}
