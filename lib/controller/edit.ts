/**
 * What a change asks for, as a whole new configuration (still to be validated).
 *
 * @module
 */
import type { Change } from "../change.ts";
import { type Problem, RefusedError } from "../refused.ts";
import type { Config, VipConfig } from "../config.ts";
import { looseServerSchema, looseVipSchema } from "../config/schema.ts";
import { NetError, parseAddress } from "../net.ts";
import type { Flush, Ids } from "../snapshot/slots.ts";
import { parseVipName, vipName } from "../vip_name.ts";

/** A new configuration and whose flows it forgets. */
export interface Edit {
  input: unknown;
  flushes: Flush[];
  /** Where the part stands that the asker gave; problems there are told relative to it. Empty: the whole. */
  place: string;
}

/**
 * Carries out a change on the configuration, nothing else.
 *
 * @param ids Those of removed servers too, which can still be flushed.
 * @throws {RefusedError} 404 for what is not there, 409 for what is there already.
 */
export function editConfig(config: Config, ids: Ids, change: Change): Edit {
  switch (change.kind) {
    case "replace":
      return { input: change.config, flushes: [], place: "" };
    case "vip.add":
      return addVip(config, change.vip);
    case "vip.remove":
      return removeVip(config, ids, change.vip, change.flush === true);
    case "server.add":
      return addServer(config, change.vip, change.server);
    case "server.remove":
      return removeServer(config, ids, change);
    case "server.weight":
      return reweigh(config, change.vip, change.address, change.weight);
  }
}

/** The problems as the asker sees them: paths begin at the part that was given. */
export function relativeProblems(problems: readonly Problem[], place: string): Problem[] {
  if (place === "") return [...problems];
  return problems.map(({ path, message }) => {
    const inside = path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`);
    return { path: inside ? path.slice(place.length).replace(/^\./, "") : path, message };
  });
}

/** The VIP's canonical name. @throws {RefusedError} 404 when there is none of that name. */
export function knownVip(config: Config, text: string): string {
  const name = canonicalName(text);
  if (config.vips.some((vip) => vipName(vip) === name)) return name;
  throw notThere(`no VIP ${name}`, config.vips.map(vipName));
}

function addVip(config: Config, vip: unknown): Edit {
  const parsed = looseVipSchema.safeParse(vip).data;
  const name = parsed && vipName(parsed);
  if (name !== undefined && config.vips.some((other) => vipName(other) === name)) {
    throw new RefusedError(409, [{ path: "", message: `VIP ${name} is there already` }]);
  }
  const place = `vips[${config.vips.length}]`;
  return { input: { ...config, vips: [...config.vips, vip] }, flushes: [], place };
}

function removeVip(config: Config, ids: Ids, text: string, flush: boolean): Edit {
  const removed = flush && ids.vips.get(canonicalName(text))?.live === false;
  const name = removed ? canonicalName(text) : knownVip(config, text);
  return {
    input: { ...config, vips: config.vips.filter((vip) => vipName(vip) !== name) },
    flushes: flush ? [{ vip: name }] : [],
    place: "",
  };
}

function addServer(config: Config, vip: string, server: unknown): Edit {
  const name = knownVip(config, vip);
  const at = config.vips.findIndex((vip) => vipName(vip) === name);
  const servers = config.vips[at]!.servers;
  const address = looseServerSchema.safeParse(server).data?.address;
  if (servers.some((other) => other.address === address)) {
    const message = `server ${address} is behind ${name} already`;
    throw new RefusedError(409, [{ path: "address", message }]);
  }
  const place = `vips[${at}].servers[${servers.length}]`;
  return { input: withServers(config, name, [...servers, server]), flushes: [], place };
}

function removeServer(
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

function reweigh(config: Config, vip: string, text: string, weight: number): Edit {
  const name = knownVip(config, vip);
  const address = canonicalAddress(text);
  const at = knownServer(config, name, address);
  const servers = serversOf(config, name)
    .map((server) => server.address === address ? { ...server, weight } : server);
  const vipAt = config.vips.findIndex((vip) => vipName(vip) === name);
  const place = `vips[${vipAt}].servers[${at}]`;
  return { input: withServers(config, name, servers), flushes: [], place };
}

function serversOf(config: Config, name: string): VipConfig["servers"] {
  return config.vips.find((vip) => vipName(vip) === name)?.servers ?? [];
}

function withServers(config: Config, name: string, servers: unknown[]): unknown {
  const vips = config.vips.map((vip) => vipName(vip) === name ? { ...vip, servers } : vip);
  return { ...config, vips };
}

/** Index of the server. */
function knownServer(config: Config, name: string, address: string): number {
  const servers = serversOf(config, name);
  const at = servers.findIndex((server) => server.address === address);
  if (at !== -1) return at;
  throw notThere(`no server ${address} behind ${name}`, servers.map(({ address }) => address));
}

/** A 404 that says what there is. */
function notThere(what: string, there: string[]): RefusedError {
  const some = there.slice(0, 10).join(", ");
  const more = there.length > 10 ? ` and ${there.length - 10} more` : "";
  const message = there.length === 0
    ? `${what}; there is none`
    : `${what}; there is ${some}${more}`;
  return new RefusedError(404, [{ path: "", message }]);
}

function canonicalName(text: string): string {
  return named(() => parseVipName(text).text);
}

function canonicalAddress(text: string): string {
  return named(() => parseAddress(text).text);
}

/** What is not even a name is not there either. */
function named(parse: () => string): string {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    throw new RefusedError(404, [{ path: "", message: error.message }]);
  }
}
