/**
 * Fields of one VIP that go together, or do not.
 *
 * @module
 */
import type { VipConfig } from "../../config.ts";
import type { Encap } from "../../dataplane.ts";
import { parsePrefix } from "../../net.ts";
import type { Problem } from "../../refused.ts";
import { ENCAP_KINDS, type EncapKind, encapsOf } from "../encaps.ts";
import type { VipPart } from "../parts.ts";

/** Fields that only some encaps have. */
const FIELDS_OF = {
  dscp: "l3dsr",
  ttl: "tunnel",
  df: "tunnel",
  type: "nat",
  target_port: "nat",
  node_port: "nat",
} as const satisfies { [F in keyof VipConfig]?: EncapKind["kind"] };

const NO_NAT: { [E in Encap]?: string } = {
  nat4: "; there is no NAT64",
  nat6: "; there is no NAT46",
};

/** What is wrong with the fields of one VIP. */
export function vipProblems({ at, vip }: VipPart): Problem[] {
  return [...family(vip), ...foreignFields(vip), ...missing(vip), ...ports(vip)]
    .map(({ path, message }) => ({ path: `vips[${at}].${path}`, message }));
}

function family({ encap, prefix }: VipConfig): Problem[] {
  const needed = ENCAP_KINDS[encap].vips;
  if (needed === null || parsePrefix(prefix).family === needed) return [];
  const hint = NO_NAT[encap] ?? "";
  return [{ path: "encap", message: `${encap} needs an IPv${needed} VIP, not ${prefix}${hint}` }];
}

function foreignFields(vip: VipConfig): Problem[] {
  const { kind } = ENCAP_KINDS[vip.encap];
  return (Object.keys(FIELDS_OF) as (keyof typeof FIELDS_OF)[]).flatMap((path) => {
    const owner = FIELDS_OF[path];
    if (vip[path] === undefined || owner === kind) return [];
    const message = `${vip[path]} goes with ${encapsOf(owner)} only, not with ${vip.encap}`;
    return [{ path, message }];
  });
}

function missing({ encap, dscp, protocol, port }: VipConfig): Problem[] {
  const problems: Problem[] = [];
  if (encap === "l3dsr" && dscp === undefined) {
    const message = "is missing; the servers of an l3dsr VIP know it by 0 to 63";
    problems.push({ path: "dscp", message });
  }
  if (protocol !== undefined && port === undefined) {
    problems.push({ path: "port", message: `is missing; protocol ${protocol} needs a port` });
  }
  return problems;
}

/** A VIP for all ports keeps the packet's. */
function ports(vip: VipConfig): Problem[] {
  if (vip.port !== undefined || ENCAP_KINDS[vip.encap].kind !== "nat") return [];
  const message = (value: unknown) => `${value} needs a VIP with a port`;
  return [
    ...vip.target_port === undefined
      ? []
      : [{ path: "target_port", message: message(vip.target_port) }],
    ...vip.node_port === undefined ? [] : [{ path: "node_port", message: message(vip.node_port) }],
    ...vip.type === "nodeport" ? [{ path: "type", message: message(vip.type) }] : [],
  ];
}
