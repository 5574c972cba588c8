/**
 * A VIP's fields as they are in force.
 *
 * @module
 */
import type { VipStatus } from "../status.ts";
import type { VipConfig } from "../config.ts";
import { ENCAP_KINDS } from "../config/encaps.ts";

const TTL_DEFAULT = 64;

/** The fields of a status that follow from the configuration alone. */
export type VipFields = Omit<
  VipStatus,
  | "name"
  | "health"
  | "flows"
  | "new_flows"
  | "table_since"
  | "table_flows"
  | "conditions"
  | "servers"
  | "counters"
>;

/** What the configuration says, and the defaults of what it leaves open; null where a field does not apply. */
export function vipFields(vip: VipConfig): VipFields {
  const { kind } = ENCAP_KINDS[vip.encap];
  const tunnel = kind === "tunnel";
  return {
    prefix: vip.prefix,
    protocol: vip.protocol ?? null,
    port: vip.port ?? null,
    encap: vip.encap,
    new_len: vip.new_len,
    ...(kind === "nat" ? natFields(vip) : NO_NAT),
    dscp: vip.dscp ?? null,
    src_ip_sticky: vip.src_ip_sticky,
    ttl: tunnel ? vip.ttl ?? TTL_DEFAULT : null,
    df: tunnel ? vip.df ?? "copy" : null,
    icmp_echo: vip.icmp_echo,
  };
}

const NO_NAT = { type: null, target_port: null, node_port: null };

function natFields(vip: VipConfig): Pick<VipFields, "type" | "target_port" | "node_port"> {
  const { type = "clusterip", port = null } = vip;
  return {
    type,
    target_port: vip.target_port ?? port,
    node_port: vip.node_port ?? (type === "nodeport" ? port : null),
  };
}
