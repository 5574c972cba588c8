/**
 * How all servers are.
 *
 * @module
 */
import type { HealthQuery, HealthView, ServerHealthView } from "../question.ts";
import type { HealthSummary } from "../status.ts";
import { checkOf, checkText } from "../config/health.ts";
import type { Running } from "../running.ts";
import { vipName } from "../vip_name.ts";
import { holder, pageOf } from "./paging.ts";

/** Each server of each VIP, or those that are asked for. @throws {RefusedError} 400 for no cursor */
export function listHealth(running: Running, query: HealthQuery = {}): HealthView {
  const holds = holder(query.search);
  const all = serversOf(running);
  const wanted = all.filter((server) =>
    (holds(server.vip) || holds(server.address)) &&
    (query.state === undefined || server.state === query.state)
  );
  const { page, ...place } = pageOf(wanted, ({ vip, address }) => `${vip} ${address}`, query);
  return { summary: healthSummary(running), servers: page, ...place };
}

function serversOf({ config, health }: Running): ServerHealthView[] {
  return config.vips.flatMap((vip) => {
    const name = vipName(vip);
    const check = checkOf(vip);
    const text = check && checkText(check);
    return vip.servers.map(({ address, weight }) => ({
      vip: name,
      address,
      weight,
      check: text,
      ...health.of(name, address),
    }));
  });
}

/** How many are how. */
export function healthSummary({ config, health, tables }: Running): HealthSummary {
  const summary = { up: 0, down: 0, unknown: 0, unchecked: 0, vips_fail_open: 0 };
  for (const vip of config.vips) {
    const name = vipName(vip);
    if (tables.get(name)?.failOpen) summary.vips_fail_open++;
    for (const { address } of vip.servers) summary[health.of(name, address).state]++;
  }
  return summary;
}
