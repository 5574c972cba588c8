/**
 * A configuration as the workers forward by it.
 *
 * @module
 */
import type { Config, VipConfig } from "./config.ts";
import type {
  Snapshot,
  SnapshotHop,
  SnapshotPort,
  SnapshotServer,
  SnapshotVip,
} from "./dataplane.ts";
import { parseAddress, parseMac, parsePrefix } from "./net.ts";
import type { NextHop, NextHops } from "./next_hops.ts";
import type { Port, Ports } from "./ports.ts";
import { type Ids, imageServers } from "./snapshot/slots.ts";
import type { Tables } from "./snapshot/tables.ts";
import { vipName } from "./vip_name.ts";

/** All that a snapshot follows from. */
export interface SnapshotInput {
  revision: number;
  config: Config;
  ids: Ids;
  tables: Tables;
  ports: Ports;
  nextHops: NextHops;
}

const PROTOCOLS = { tcp: 6, udp: 17 } as const;
const PROTOCOL_ANY = 255;

/** Puts a snapshot together. Tables are taken as they are, not copied. */
export function buildSnapshot(input: SnapshotInput): Snapshot {
  const { conf } = input.config;
  const hops = new Hops(input.ports);
  return {
    revision: input.revision,
    hashKey: Uint8Array.from(conf.hash_key.match(/../g) ?? [], (byte) => parseInt(byte, 16)),
    ip4Source: conf.ip4_src_address === undefined ? null : parseAddress(conf.ip4_src_address).bytes,
    ip6Source: conf.ip6_src_address === undefined ? null : parseAddress(conf.ip6_src_address).bytes,
    timeout: conf.timeout,
    buckets: conf.buckets,
    ports: [...input.ports.values()].map(snapshotPort),
    vips: input.config.vips.map((vip) => snapshotVip(vip, input)),
    servers: [...imageServers(input.ids)].map((server): SnapshotServer => ({
      slot: server.slot,
      vip: server.vip,
      address: parseAddress(server.address).bytes,
      encap: server.encap,
      hop: hops.index(input.nextHops.get(server.address)),
    })),
    hops: hops.list,
  };
}

function snapshotPort({ info }: Port): SnapshotPort {
  return { index: info.index, mac: parseMac(info.mac) };
}

function snapshotVip(vip: VipConfig, { ids, tables }: SnapshotInput): SnapshotVip {
  const name = vipName(vip);
  const prefix = parsePrefix(vip.prefix);
  return {
    id: ids.vips.get(name)!.id,
    prefix: prefix.bytes,
    prefixLength: prefix.length,
    protocol: vip.protocol === undefined ? PROTOCOL_ANY : PROTOCOLS[vip.protocol],
    port: vip.port ?? 0,
    encap: vip.encap,
    table: tables.get(name)!.table,
  };
}

/** Different next hops, each once. */
class Hops {
  readonly list: SnapshotHop[] = [];
  readonly #ports: Ports;
  readonly #indices = new Map<string, number>();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Null: the next hop is not known. */
  index(next: NextHop | undefined): number | null {
    const hop = next?.hop;
    const port = hop && this.#ports.get(hop.interface)?.info;
    if (!hop || !port) return null;
    const key = `${hop.interface} ${hop.mac}`;
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    this.#indices.set(key, this.list.length);
    return this.list.push({ mac: parseMac(hop.mac), port: port.index, mtu: port.mtu }) - 1;
  }
}
