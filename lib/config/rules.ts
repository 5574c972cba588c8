/**
 * Rules that span several fields: families, duplicates, limits, pairs of fields.
 *
 * @module
 */
import type { Problem } from "../refused.ts";
import type { Config, InterfaceConfig, ServerConfig, VipConfig } from "../config.ts";
import { INTERFACES_MAX, SERVERS_MAX, TABLES_MAX, VIPS_MAX } from "./schema.ts";
import { parseAddress } from "../net.ts";
import { shown } from "../shown.ts";
import { vipName } from "../vip_name.ts";

/** What of a configuration has the right shape, each thing with its place in the list. */
export interface Parts {
  /** Null: it has not. */
  conf: Config["conf"] | null;
  interfaces: [string, InterfaceConfig][];
  vips: { at: number; vip: VipConfig; servers: { at: number; server: ServerConfig }[] }[];
}

/** Everything that is wrong between the parts. */
export function ruleProblems(parts: Parts): Problem[] {
  return [
    ...sources(parts),
    ...interfaces(parts),
    ...parts.vips.flatMap((vip) => [...pair(vip), ...servers(vip)]),
    ...duplicateVips(parts),
    ...limits(parts),
  ];
}

/** A tunnel needs its outer source address. */
function sources({ conf, vips }: Parts): Problem[] {
  if (conf === null) return [];
  const problems: Problem[] = [];
  for (
    const [field, encap] of [["ip4_src_address", "gre4"], ["ip6_src_address", "gre6"]] as const
  ) {
    const path = `conf.${field}`;
    const address = conf[field];
    const first = vips.find(({ vip }) => vip.encap === encap);
    if (address !== undefined) problems.push(...unusable(path, address));
    else if (first !== undefined) {
      problems.push({
        path,
        message: `is missing; vips[${first.at}] (${vipName(first.vip)}) needs it for ${encap}`,
      });
    }
  }
  return problems;
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

/** Protocol and port come together. */
function pair({ at, vip }: Parts["vips"][number]): Problem[] {
  if ((vip.protocol === undefined) === (vip.port === undefined)) return [];
  return vip.port === undefined
    ? [{ path: `vips[${at}].port`, message: `is missing; protocol ${vip.protocol} needs a port` }]
    : [{ path: `vips[${at}].protocol`, message: `is missing; port ${vip.port} needs tcp or udp` }];
}

function servers({ at, vip, servers }: Parts["vips"][number]): Problem[] {
  const family = vip.encap === "gre4" ? 4 : 6;
  const seen = new Map<string, string>();
  return servers.flatMap(({ at: index, server: { address } }) => {
    const path = `vips[${at}].servers[${index}].address`;
    if (parseAddress(address).family !== family) {
      const message = `not an IPv${family} address: ${shown(address)} (${vip.encap})`;
      return [{ path, message }];
    }
    const before = seen.get(address);
    if (before !== undefined) return [{ path, message: `${address} is already at ${before}` }];
    seen.set(address, path);
    return unusable(path, address);
  });
}

/** Addresses that no single host can have. */
function unusable(path: string, address: string): Problem[] {
  const bytes = parseAddress(address).bytes;
  const first = bytes[0] ?? 0;
  const multicast = bytes.length === 4 ? (first & 0xf0) === 0xe0 : first === 0xff;
  const kind = bytes.every((byte) => byte === 0)
    ? "the unspecified address"
    : multicast
    ? "a multicast address"
    : bytes.length === 4 && bytes.every((byte) => byte === 255)
    ? "the broadcast address"
    : address.startsWith("::ffff:") && address.includes(".")
    ? "an IPv4 address in IPv6 form"
    : null;
  return kind === null ? [] : [{ path, message: `${address} is ${kind}, not one host's` }];
}

function duplicateVips({ vips }: Parts): Problem[] {
  const seen = new Map<string, number>();
  return vips.flatMap(({ at, vip }) => {
    const name = vipName(vip);
    const before = seen.get(name);
    if (before !== undefined) {
      return [{ path: `vips[${at}]`, message: `${name} is already at vips[${before}]` }];
    }
    seen.set(name, at);
    return [];
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
