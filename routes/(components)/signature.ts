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
