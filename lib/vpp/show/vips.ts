/**
 * `show lb vips`: a line for each VIP.
 *
 * @module
 */
import type { VipStatus } from "../../status.ts";

const NUMBERS = { tcp: 6, udp: 17 };

const TTL_DEFAULT = 64;

/** One line each: the plugin's fields, then ours where they are not as on most VIPs, and what went through. */
export function formatVips(vips: VipStatus[]): string {
  return vips.map((vip) => {
    const head = `${vipType(vip)} ${vip.prefix} new_size:${vip.new_len} #as:${vip.servers.length}`;
    const { packets = 0, bytes = 0 } = vip.counters;
    const counts = [`flows:${vip.flows}`, `packets:${packets}`, `bytes:${bytes}`];
    const facts = [...vipFacts(vip), unusualFacts(vip), counts].filter((one) => one.length > 0);
    return [head, ...facts.map((one) => one.join(" "))].join("  ");
  }).join("\n");
}

/** `ip4-gre6`: the VIP's family and its encap. */
export function vipType({ prefix, encap }: VipStatus): string {
  return `ip${prefix.includes(":") ? 6 : 4}-${encap}`;
}

/** What the plugin tells of a VIP besides its table, in its order; a list for each of its lines. */
export function vipFacts({ protocol, port, dscp, type, target_port, node_port }: VipStatus) {
  const number = protocol === null ? "any" : NUMBERS[protocol];
  return [
    port === null ? [] : [`protocol:${number}`, `port:${port}`],
    field("dscp", dscp),
    type === null ? [] : [
      `type:${type}`,
      ...field("port", port),
      ...field("target_port", target_port),
      ...field("node_port", node_port),
    ],
  ].filter((facts) => facts.length > 0);
}

/** What the plugin does not know. */
export function ownFacts({ src_ip_sticky, ttl, df, icmp_echo }: VipStatus): string[] {
  const sticky = src_ip_sticky ? ["src_ip_sticky"] : [];
  return [...sticky, ...field("ttl", ttl), ...field("df", df), `icmp_echo:${icmp_echo}`];
}

function unusualFacts(vip: VipStatus): string[] {
  const usual = [`ttl:${TTL_DEFAULT}`, "df:copy", "icmp_echo:reply"];
  return ownFacts(vip).filter((fact) => !usual.includes(fact));
}

function field(name: string, value: unknown): string[] {
  return value === null ? [] : [`${name}:${value}`];
}
