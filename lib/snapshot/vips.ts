/**
 * VIPs as the workers look them up: each under its own key, and some under further ones.
 *
 * @module
 */
import type { Config, VipConfig } from "../config.ts";
import { ENCAP_KINDS } from "../config/encaps.ts";
import { nodePortOf, type Protocol, protocolsOf } from "../config/services.ts";
import type { SnapshotKey, SnapshotVip } from "../dataplane.ts";
import { parseAddress, parsePrefix } from "../net.ts";
import { vipName } from "../vip_name.ts";
import type { Ids } from "./slots.ts";
import type { Tables } from "./tables.ts";

const PROTOCOLS: Record<Protocol, number> = { tcp: 6, udp: 17 };
const PROTOCOL_ANY = 255;

/** The VIPs in the configuration's order, and the further keys that lead to them. */
export function snapshotVips(
  config: Config,
  ids: Ids,
  tables: Tables,
): { vips: SnapshotVip[]; keys: SnapshotKey[] } {
  const names = new Set(config.vips.map(vipName));
  const vips: SnapshotVip[] = [];
  const keys: SnapshotKey[] = [];
  for (const [at, vip] of config.vips.entries()) {
    const name = vipName(vip);
    const protocols = protocolsOf(vip, names).map((protocol) => PROTOCOLS[protocol]);
    const built = snapshotVip(vip, protocols[0] ?? PROTOCOL_ANY);
    vips.push({ ...built, id: ids.vips.get(name)!.id, table: tables.get(name)!.table });
    for (const protocol of protocols.slice(1)) {
      const { prefix, prefixLength, port } = built;
      keys.push({ vip: at, prefix, prefixLength, protocol, port, node: false });
    }
    keys.push(...nodeKeys(config.conf, vip, at, protocols));
  }
  return { vips, keys };
}

function snapshotVip(vip: VipConfig, protocol: number): Omit<SnapshotVip, "id" | "table"> {
  const prefix = parsePrefix(vip.prefix);
  return {
    prefix: prefix.bytes,
    prefixLength: prefix.length,
    protocol,
    port: vip.port ?? 0,
    encap: vip.encap,
    sticky: vip.src_ip_sticky,
    echo: vip.icmp_echo === "reply",
  };
}

/** Keys of the node port, if there is one. */
function nodeKeys(
  conf: Config["conf"],
  vip: VipConfig,
  at: number,
  protocols: number[],
): SnapshotKey[] {
  const port = nodePortOf(vip);
  const family = ENCAP_KINDS[vip.encap].vips;
  if (port === null || family === null) return [];
  const prefix = parseAddress(conf[`ip${family}_src_address`]!).bytes;
  const prefixLength = prefix.length * 8;
  return protocols.map((protocol) => ({
    vip: at,
    prefix,
    prefixLength,
    protocol,
    port,
    node: true,
  }));
}
