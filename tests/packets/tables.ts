/**
 * Snapshots for the packet tests.
 *
 * @module
 */
import type { Encap, Snapshot, SnapshotVip } from "../../lib/dataplane.ts";
import { buildTable } from "../../lib/maglev.ts";
import { ip } from "./frame.ts";
import { HOP_MAC, PORT_MAC, SOURCE4, SOURCE6 } from "./expected.ts";

/** A VIP as a test describes it; servers as addresses, or with a weight, a slot id or no next hop. */
export interface VipGiven {
  prefix: string;
  encap?: Encap;
  protocol?: number;
  port?: number;
  id?: number;
  size?: number;
  servers: (string | ServerGiven)[];
}

export interface ServerGiven {
  address: string;
  weight?: number;
  slot?: number;
  hop?: number | null;
  /** False: removed, there for its flows only. */
  live?: boolean;
}

/** Settings that a test may change. */
export interface Settings {
  timeout?: number;
  buckets?: number;
  hashKey?: Uint8Array;
  revision?: number;
  ports?: Snapshot["ports"];
}

/** Puts a snapshot together; slot ids count up from 1 where they are not given. */
export function tablesOf(vips: VipGiven[], settings: Settings = {}): Snapshot {
  const snapshot: Snapshot = {
    revision: settings.revision ?? 1,
    hashKey: settings.hashKey ?? Uint8Array.from({ length: 16 }, (_, i) => i),
    ip4Source: ip(SOURCE4),
    ip6Source: ip(SOURCE6),
    timeout: settings.timeout ?? 40,
    buckets: settings.buckets ?? 1024,
    ports: settings.ports ?? [{ index: 0, mac: PORT_MAC }],
    vips: [],
    servers: [],
    hops: [{ mac: HOP_MAC, port: 0, mtu: 1500 }],
  };
  vips.forEach((vip, i) => addVip(snapshot, vip, i));
  return snapshot;
}

function addVip(snapshot: Snapshot, vip: VipGiven, index: number): void {
  const [address = "", length = ""] = vip.prefix.split("/");
  const id = vip.id ?? index;
  const encap = vip.encap ?? "gre4";
  const servers = vip.servers.map((given, i) => {
    const server: ServerGiven = typeof given === "string" ? { address: given } : given;
    return {
      ...server,
      bytes: ip(server.address),
      slot: server.slot ?? index * 1000 + i + 1,
    };
  });
  for (const { slot, bytes, hop } of servers) {
    snapshot.servers.push({
      slot,
      vip: id,
      address: bytes,
      encap,
      hop: hop === undefined ? 0 : hop,
    });
  }
  const live = servers.filter((server) => server.live !== false);
  const built: SnapshotVip = {
    id,
    prefix: ip(address),
    prefixLength: Number(length),
    protocol: vip.protocol ?? 255,
    port: vip.port ?? 0,
    encap,
    table: buildTable(
      live.map(({ bytes, weight }) => ({ address: bytes, weight: weight ?? 100 })),
      vip.size ?? 1024,
    ).map((server) => live[server]!.slot),
  };
  snapshot.vips.push(built);
}
