/**
 * What is special about a VIP, in a few words.
 *
 * @module
 */
import { checkText } from "./config/health.ts";
import type { VipStatus } from "./status.ts";

const TTL_DEFAULT = 64;

/** One word or a few for each field that is not as on most VIPs: `to port 8080`, `dscp 2`, `sticky`. */
export function vipDetails(vip: VipStatus): string[] {
  const { target_port, node_port, dscp, ttl, df } = vip;
  return [
    ...target_port === null || target_port === vip.port ? [] : [`to port ${target_port}`],
    ...node_port === null ? [] : [`node port ${node_port}`],
    ...dscp === null ? [] : [`dscp ${dscp}`],
    ...vip.src_ip_sticky ? ["sticky"] : [],
    ...ttl === null || ttl === TTL_DEFAULT ? [] : [`ttl ${ttl}`],
    ...df === null || df === "copy" ? [] : [`df ${df}`],
    ...vip.icmp_echo === "reply" ? [] : ["echo forwarded"],
    ...vip.health === null ? [] : [`checked by ${checkText(vip.health)}`],
    ...vip.health?.fail_open ? ["all servers down"] : [],
  ];
}
