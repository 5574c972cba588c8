/**
 * A VIP's health check: which fields go together, and with the VIP.
 *
 * @module
 */
import type { HealthConfig, VipConfig } from "../../config.ts";
import type { Problem } from "../../refused.ts";
import { vipName } from "../../vip_name.ts";
import { serversPort, timeoutOf } from "../health.ts";

/** Fields that only some types have. */
const TYPES_OF = {
  path: ["http", "https"],
  host: ["http", "https"],
  expect: ["http", "https"],
  send: ["udp"],
} as const satisfies { [F in keyof HealthConfig]?: readonly HealthConfig["type"][] };

/** What is wrong with the check of one VIP, by places within the VIP. */
export function healthProblems(vip: VipConfig): Problem[] {
  const { health } = vip;
  if (health === undefined) return [];
  return [...missing(vip, health), ...foreign(health), ...times(health)]
    .map(({ path, message }) => ({ path: `health.${path}`, message }));
}

function missing(vip: VipConfig, health: HealthConfig): Problem[] {
  const problems: Problem[] = [];
  if (health.port === undefined && serversPort(vip) === undefined) {
    const message = `is missing; ${vipName(vip)} is for all ports, and a check asks one`;
    problems.push({ path: "port", message });
  }
  if (health.type === "udp" && health.send === undefined) {
    const message = "is missing; a udp check sends something that servers answer";
    problems.push({ path: "send", message });
  }
  return problems;
}

function foreign(health: HealthConfig): Problem[] {
  return (Object.keys(TYPES_OF) as (keyof typeof TYPES_OF)[]).flatMap((path) => {
    const types: readonly string[] = TYPES_OF[path];
    if (health[path] === undefined || types.includes(health.type)) return [];
    const message = `${health[path]} goes with ${types.join(", ")} only, not with ${health.type}`;
    return [{ path, message }];
  });
}

/** So that a server that falls silent is out after `fall` intervals. */
function times(health: HealthConfig): Problem[] {
  const timeout = timeoutOf(health);
  if (timeout <= health.interval) return [];
  const message = `${timeout} seconds are longer than the interval of ${health.interval}`;
  return [{ path: "timeout", message }];
}
