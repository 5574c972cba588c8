/**
 * Changes of one VIP's servers.
 *
 * @module
 */
import type { ServerWeight } from "../../change.ts";
import type { Config } from "../../config.ts";
import { looseServerSchema } from "../../config/schema.ts";
import type { Edit } from "../edit.ts";
import { RefusedError } from "../../refused.ts";
import type { Ids } from "../../snapshot/slots.ts";
import { vipName } from "../../vip_name.ts";
import { canonicalAddress, knownServer, knownVip, serversOf } from "./known.ts";

/** @throws {RefusedError} 404, and 409 when it is there */
export function addServer(config: Config, vip: string, server: unknown): Edit {
  const name = knownVip(config, vip);
  const servers = serversOf(config, name);
  const address = looseServerSchema.safeParse(server).data?.address;
  if (servers.some((other) => other.address === address)) {
    const message = `server ${address} is behind ${name} already`;
    throw new RefusedError(409, [{ path: "address", message }]);
  }
  const place = serverPlace(config, name, servers.length);
  return { input: withServers(config, name, [...servers, server]), flushes: [], place };
}

/** @throws {RefusedError} 404 */
export function removeServer(
  config: Config,
  ids: Ids,
  change: { vip: string; address: string; flush?: boolean },
): Edit {
  const name = knownVip(config, change.vip);
  const address = canonicalAddress(change.address);
  const flush = change.flush === true;
  const removed = flush && ids.vips.get(name)?.servers.get(address)?.live === false;
  if (!removed) knownServer(config, name, address);
  const rest = serversOf(config, name).filter((server) => server.address !== address);
  const flushes = flush ? [{ vip: name, address }] : [];
  return { input: withServers(config, name, rest), flushes, place: "" };
}

/** @throws {RefusedError} 404 */
export function reweigh(config: Config, vip: string, text: string, weight: number): Edit {
  const name = knownVip(config, vip);
  const address = canonicalAddress(text);
  const at = knownServer(config, name, address);
  const servers = serversOf(config, name)
    .map((server) => server.address === address ? { ...server, weight } : server);
  const place = serverPlace(config, name, at);
  return { input: withServers(config, name, servers), flushes: [], place };
}

/** @throws {RefusedError} 404, with the place in the list */
export function reweighAll(config: Config, vip: string, weights: readonly ServerWeight[]): Edit {
  const name = knownVip(config, vip);
  const wanted = new Map<string, number>();
  for (const [at, { address: text, weight }] of weights.entries()) {
    wanted.set(knownAt(config, name, text, `[${at}].address`), weight);
  }
  const servers = serversOf(config, name)
    .map((server) => ({ ...server, weight: wanted.get(server.address) ?? server.weight }));
  return { input: withServers(config, name, servers), flushes: [], place: "" };
}

function knownAt(config: Config, name: string, text: string, path: string): string {
  try {
    const address = canonicalAddress(text);
    knownServer(config, name, address);
    return address;
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    throw new RefusedError(error.status, error.problems.map((one) => ({ ...one, path })));
  }
}

function serverPlace(config: Config, name: string, at: number): string {
  return `vips[${config.vips.findIndex((vip) => vipName(vip) === name)}].servers[${at}]`;
}

function withServers(config: Config, name: string, servers: unknown[]): unknown {
  const vips = config.vips.map((vip) => vipName(vip) === name ? { ...vip, servers } : vip);
  return { ...config, vips };
}
