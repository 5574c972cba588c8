/**
 * Rules that span several fields; each file of rules/ holds those about one thing.
 *
 * @module
 */
import type { Problem } from "../refused.ts";
import type { Parts } from "./parts.ts";
import { addressProblems } from "./rules/addresses.ts";
import { healthProblems } from "./rules/health.ts";
import { nameProblems } from "./rules/names.ts";
import { serverProblems } from "./rules/servers.ts";
import { vipProblems } from "./rules/vip.ts";
import { INTERFACES_MAX, SERVERS_MAX, TABLES_MAX, VIPS_MAX } from "./schema.ts";

/** Everything that is wrong between the parts. */
export function ruleProblems(parts: Parts): Problem[] {
  return [
    ...addressProblems(parts),
    ...interfaces(parts),
    ...parts.vips.flatMap((part) => [
      ...vipProblems(part),
      ...healthProblems(part.vip).map(({ path, message }) => ({
        path: `vips[${part.at}].${path}`,
        message,
      })),
      ...serverProblems(part),
    ]),
    ...nameProblems(parts),
    ...limits(parts),
  ];
}

function interfaces({ interfaces }: Parts): Problem[] {
  const seen = new Map<string, string>();
  return interfaces.flatMap(([name, { device }]) => {
    const path = `interfaces.${name}.device`;
    const before = seen.get(device);
    if (before === undefined || device === "null") {
      seen.set(device, path);
      return [];
    }
    return [{ path, message: `${device} is already at ${before}` }];
  });
}

function limits({ interfaces, vips }: Parts): Problem[] {
  const servers = vips.reduce((sum, vip) => sum + vip.servers.length, 0);
  const slots = vips.reduce((sum, { vip }) => sum + vip.new_len, 0);
  return [
    ...limit("interfaces", interfaces.length, INTERFACES_MAX, "interfaces"),
    ...limit("vips", vips.length, VIPS_MAX, "VIPs"),
    ...limit("vips", servers, SERVERS_MAX, "servers in all"),
    ...limit("vips", slots, TABLES_MAX, "slots of new-connection tables (new_len) in all"),
  ];
}

function limit(path: string, count: number, max: number, what: string): Problem[] {
  return count <= max ? [] : [{ path, message: `${count} ${what}; at most ${max} fit` }];
}
