/**
 * A configuration as the workers forward by it.
 *
 * @module
 */
import type { Config } from "./config.ts";
import type { Snapshot, SnapshotPort, SnapshotServer } from "./dataplane.ts";
import { parseAddress, parseMac, parsePrefix } from "./net.ts";
import type { NextHops } from "./next_hops.ts";
import { DEFAULT_ROUTES } from "./next_hops/answers.ts";
import type { Port, Ports } from "./ports.ts";
import { Hops } from "./snapshot/hops.ts";
import { type Ids, imageServers, type ServerIds } from "./snapshot/slots.ts";
import type { Tables } from "./snapshot/tables.ts";
import { snapshotVips } from "./snapshot/vips.ts";

/** All that a snapshot follows from. */
export interface SnapshotInput {
  revision: number;
  config: Config;
  ids: Ids;
  tables: Tables;
  ports: Ports;
  nextHops: NextHops;
  /** Addresses of this machine's kernel. */
  own: readonly string[];
}

/** Puts a snapshot together. Tables are taken as they are, not copied. */
export function buildSnapshot(input: SnapshotInput): Snapshot {
  const { config, ids, nextHops } = input;
  const { conf } = config;
  const hops = new Hops(input.ports);
  return {
    revision: input.revision,
    hashKey: Uint8Array.from(conf.hash_key.match(/../g) ?? [], (byte) => parseInt(byte, 16)),
    ip4Source: address(conf.ip4_src_address),
    ip6Source: address(conf.ip6_src_address),
    ip4Entropy: prefix(conf.ip4_entropy),
    ip6Entropy: prefix(conf.ip6_entropy),
    guePort: conf.gue_port,
    hop4: hops.index(nextHops.get(DEFAULT_ROUTES[4])),
    hop6: hops.index(nextHops.get(DEFAULT_ROUTES[6])),
    timeout: conf.timeout,
    buckets: conf.buckets,
    ports: [...input.ports.values()].map((port) => snapshotPort(port, config)),
    ...snapshotVips(config, ids, input.tables),
    servers: [...imageServers(ids)].map((server) => snapshotServer(server, hops, input)),
    hops: hops.list,
    own: input.own.map((text) => parseAddress(text).bytes),
  };
}

function address(text: string | undefined): Uint8Array | null {
  return text === undefined ? null : parseAddress(text).bytes;
}

function prefix(text: string | undefined): Snapshot["ip4Entropy"] {
  if (text === undefined) return null;
  const { bytes, length } = parsePrefix(text);
  return { prefix: bytes, length };
}

function snapshotPort({ name, info }: Port, { interfaces }: Config): SnapshotPort {
  const { index, mtu } = info;
  return { index, mac: parseMac(info.mac), mtu, snat: interfaces[name]?.snat ?? [] };
}

function snapshotServer(
  server: ServerIds & { vip: number },
  hops: Hops,
  { nextHops }: SnapshotInput,
): SnapshotServer {
  const next = nextHops.get(server.address);
  return {
    slot: server.slot,
    vip: server.vip,
    address: parseAddress(server.address).bytes,
    ...server.sending,
    mtu: next?.hop ? next.mtu ?? 0 : 0,
    hop: hops.index(next),
  };
}
