/**
 * The servers of all VIPs by page. Who is wanted is told by what is at hand; counters are looked at for the page alone.
 *
 * @module
 */
import { type Condition, condition, countConditions } from "../condition.ts";
import type { Config, VipConfig } from "../config.ts";
import { parseAddress } from "../net.ts";
import type { ServerListQuery, ServerListView, ServerQuery, ServersView } from "../question.ts";
import type { Running } from "../running.ts";
import type { ServerIds } from "../snapshot/slots.ts";
import type { ServerStatus } from "../status.ts";
import { vipName } from "../vip_name.ts";
import { stateOf, viewServer } from "../views.ts";
import { holder, pageOf } from "./paging.ts";

/** A server before anybody looks at its counters. */
interface Candidate {
  vip: string;
  server: ServerIds;
  weight: number;
  state: ServerStatus["state"];
  reachable: boolean;
  condition: Condition;
}

/** Servers of all VIPs, those too that were removed and have flows. @throws {RefusedError} 400 for no cursor */
export function listServers(running: Running, query: ServerQuery = {}): ServersView {
  const holds = holder(query.search);
  const found = candidates(running).filter(({ vip, server }) =>
    holds(vip) || holds(server.address)
  );
  const wanted = found.filter((one) => fits(one, query));
  const { page, ...place } = pageOf(
    query.order === "address" ? byAddress(running.config, wanted) : wanted,
    ({ vip, server }) => `${vip} ${server.address}`,
    query,
  );
  return {
    servers: page.map(({ vip, server, weight }) => ({
      vip,
      ...viewServer(running, vip, server, weight),
    })),
    conditions: countConditions(found.map(({ condition }) => condition)),
    ...place,
  };
}

/** Servers of one VIP, those that were removed behind. @throws {RefusedError} 400 for no cursor */
export function listServersOf(
  running: Running,
  vip: VipConfig,
  query: ServerListQuery = {},
): ServerListView {
  const holds = holder(query.search);
  const found = candidatesOf(running, vip).filter(({ server }) => holds(server.address));
  const wanted = found.filter((one) => fits(one, query));
  const { page, ...place } = pageOf(wanted, ({ server }) => server.address, query);
  return {
    servers: page.map(({ vip, server, weight }) => viewServer(running, vip, server, weight)),
    conditions: countConditions(found.map(({ condition }) => condition)),
    ...place,
  };
}

function fits(one: Candidate, { state, reachable, condition }: ServerQuery): boolean {
  return (state === undefined || one.state === state) &&
    (reachable === undefined || one.reachable === reachable) &&
    (condition === undefined || condition.includes(one.condition));
}

/** In the configuration's order; behind them those of each VIP that were removed. */
function candidates(running: Running): Candidate[] {
  return running.config.vips.flatMap((vip) => candidatesOf(running, vip));
}

function candidatesOf(running: Running, vip: VipConfig): Candidate[] {
  const name = vipName(vip);
  const { servers } = running.ids.vips.get(name)!;
  const live = vip.servers.map(({ address, weight }) =>
    candidate(running, name, servers.get(address)!, weight)
  );
  const removed = [...servers.values()].filter((server) => !server.live);
  return [...live, ...removed.map((server) => candidate(running, name, server, 0))];
}

function candidate(running: Running, vip: string, server: ServerIds, weight: number): Candidate {
  const state = stateOf(server, weight);
  const reachable = (running.nextHops.get(server.address)?.hop ?? null) !== null;
  const isDown = server.live && running.health.isDown(vip, server.address);
  return { vip, server, weight, state, reachable, condition: condition(state, reachable, isDown) };
}

/** By configuration, which is never changed: to read thousands of addresses takes a while. */
const KEYS = new WeakMap<Config, Map<string, string>>();

/** IPv4 first, then as numbers; one address behind several VIPs in their order. */
function byAddress(config: Config, servers: Candidate[]): Candidate[] {
  const keys = KEYS.get(config) ?? new Map<string, string>();
  KEYS.set(config, keys);
  const keyed = servers.map((one) => {
    const { address } = one.server;
    const key = keys.get(address) ?? addressKey(address);
    keys.set(address, key);
    return { key, one };
  });
  return keyed.sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0).map(({ one }) => one);
}

function addressKey(address: string): string {
  const { family, bytes } = parseAddress(address);
  return family + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
