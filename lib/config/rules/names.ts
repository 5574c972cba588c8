/**
 * VIPs beside each other: whose packets are whose.
 *
 * @module
 */
import type { Problem } from "../../refused.ts";
import { vipName } from "../../vip_name.ts";
import { ENCAP_KINDS } from "../encaps.ts";
import type { Parts, VipPart } from "../parts.ts";
import { nodePortOf, protocolsOf } from "../services.ts";

/** What is wrong between VIPs. */
export function nameProblems({ vips }: Parts): Problem[] {
  // A protocol without a port is refused for itself, and names nothing.
  const named = vips.filter(({ vip }) => vip.protocol === undefined || vip.port !== undefined);
  const names = Map.groupBy(named, ({ vip }) => vipName(vip));
  return [
    ...duplicates(names),
    ...named.flatMap((part) => nothingLeft(part, names)),
    ...nodePorts(named, names),
    ...echoes(named),
  ];
}

function duplicates(names: Map<string, VipPart[]>): Problem[] {
  return [...names].flatMap(([name, [first, ...rest]]) =>
    rest.map(({ at }) => ({
      path: `vips[${at}]`,
      message: `${name} is already at vips[${first?.at}]`,
    }))
  );
}

/** A port for both protocols gives way to VIPs of one of them. */
function nothingLeft({ at, vip }: VipPart, names: Map<string, VipPart[]>): Problem[] {
  if (vip.port === undefined || protocolsOf(vip, names).length > 0) return [];
  const message = `nothing is left for ${vipName(vip)}: ` +
    `tcp/${vip.port} and udp/${vip.port} are VIPs of their own`;
  return [{ path: `vips[${at}]`, message }];
}

function nodePorts(parts: VipPart[], names: Map<string, VipPart[]>): Problem[] {
  const owners = new Map<string, VipPart>();
  return parts.flatMap((part) => {
    const { at, vip } = part;
    const port = nodePortOf(vip);
    const { kind, vips: family } = ENCAP_KINDS[vip.encap];
    if (port === null || kind !== "nat") return [];
    const keys = protocolsOf(vip, names).map((protocol) => `IPv${family} ${protocol}/${port}`);
    const taken = keys.find((key) => owners.has(key));
    for (const key of keys) if (!owners.has(key)) owners.set(key, part);
    if (taken === undefined) return [];
    const owner = owners.get(taken)!;
    // The same VIP twice is told as such.
    if (vipName(owner.vip) === vipName(vip)) return [];
    const message = `${taken} of the node is already of vips[${owner.at}] (${vipName(owner.vip)})`;
    return [{ path: `vips[${at}].node_port`, message }];
  });
}

/** An echo request is for an address, not for a port. */
function echoes(parts: VipPart[]): Problem[] {
  const firsts = new Map<string, VipPart>();
  return parts.flatMap((part) => {
    const { at, vip } = part;
    const first = firsts.get(vip.prefix);
    if (first === undefined) firsts.set(vip.prefix, part);
    if (first === undefined || first.vip.icmp_echo === vip.icmp_echo) return [];
    const message = `${vip.icmp_echo} here, but ${first.vip.icmp_echo} at vips[${first.at}] ` +
      `(${vipName(first.vip)}), which has the same prefix`;
    return [{ path: `vips[${at}].icmp_echo`, message }];
  });
}
