/**
 * What a change names, found by any spelling of its name.
 *
 * @module
 */
import type { Flush } from "../../change.ts";
import type { Config, InterfaceConfig, VipConfig } from "../../config.ts";
import { NetError, parseAddress } from "../../net.ts";
import { RefusedError } from "../../refused.ts";
import { shown } from "../../shown.ts";
import type { Ids } from "../../snapshot/slots.ts";
import { parseVipName, vipName } from "../../vip_name.ts";

/** The VIP's canonical name. @throws {RefusedError} 404 when there is none of that name. */
export function knownVip(config: Config, text: string): string {
  const name = canonicalName(text);
  if (config.vips.some((vip) => vipName(vip) === name)) return name;
  throw notThere(`no VIP ${name}`, config.vips.map(vipName));
}

/** @throws {RefusedError} 404 when there is none of that name. */
export function knownInterface({ interfaces }: Config, name: string): InterfaceConfig {
  const found = Object.hasOwn(interfaces, name) ? interfaces[name] : undefined;
  if (found !== undefined) return found;
  throw notThere(`no interface ${shown(name)}`, Object.keys(interfaces));
}

/** Index of the server. @throws {RefusedError} 404 */
export function knownServer(config: Config, name: string, address: string): number {
  const servers = serversOf(config, name);
  const at = servers.findIndex((server) => server.address === address);
  if (at !== -1) return at;
  throw notThere(`no server ${address} behind ${name}`, servers.map(({ address }) => address));
}

/**
 * The flushes with canonical names. What runs can be flushed, removed servers with flows too, and what the change
 * itself brings.
 *
 * @param config The configuration after the change.
 * @throws {RefusedError} 404
 */
export function knownFlushes(flushes: readonly Flush[], ids: Ids, config: Config): Flush[] {
  if (flushes.length === 0) return [];
  const servers = new Map(
    config.vips.map((vip) => [vipName(vip), new Set(vip.servers.map(({ address }) => address))]),
  );
  for (const [name, vip] of ids.vips) {
    servers.set(name, new Set([...servers.get(name) ?? [], ...vip.servers.keys()]));
  }
  return flushes.map((flush) => knownFlush(flush, servers));
}

function knownFlush(flush: Flush, servers: Map<string, Set<string>>): Flush {
  const vip = canonicalName(flush.vip);
  const there = servers.get(vip);
  if (there === undefined) throw notThere(`no VIP ${vip}`, [...servers.keys()]);
  if (flush.address === undefined) return { vip };
  const address = canonicalAddress(flush.address);
  if (there.has(address)) return { vip, address };
  throw notThere(`no server ${address} behind ${vip}`, [...there]);
}

/** The VIP's servers; none where there is no such VIP. */
export function serversOf(config: Config, name: string): VipConfig["servers"] {
  return config.vips.find((vip) => vipName(vip) === name)?.servers ?? [];
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

/** @throws {RefusedError} 404 for what is not even a name */
export function canonicalName(text: string): string {
  return named(() => parseVipName(text).text);
}

/** @throws {RefusedError} 404 for what is not even an address */
export function canonicalAddress(text: string): string {
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
