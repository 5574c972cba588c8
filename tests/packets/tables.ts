/**
 * Snapshots for the packet tests.
 *
 * @module
 */
import type {
  DfPolicy,
  Encap,
  Snapshot,
  SnapshotHop,
  SnapshotPort,
  SnapshotServer,
} from "../../lib/dataplane.ts";
import { buildTable } from "../../lib/maglev.ts";
import { ip } from "./frame.ts";
import { HOP_MAC, PORT_MAC, SOURCE4, SOURCE6 } from "./expected/link.ts";

/** A VIP as a test describes it; servers as addresses, or with a weight, a slot id or no next hop. */
export interface VipGiven {
  prefix: string;
  encap?: Encap;
  /** A port without a protocol is for TCP and UDP. */
  protocol?: number;
  port?: number;
  id?: number;
  size?: number;
  sticky?: boolean;
  /** ICMP echo requests are answered: so they are unless this is false. */
  echo?: boolean;
  ttl?: number;
  df?: DfPolicy;
  dscp?: number;
  /** The port of nat servers; that of the VIP unless given. */
  targetPort?: number;
  /** Leads here from the node's own address. */
  nodePort?: number;
  servers: (string | ServerGiven)[];
}

export interface ServerGiven {
  address: string;
  weight?: number;
  slot?: number;
  hop?: number | null;
  mtu?: number;
  /** False: removed, there for its flows only. */
  live?: boolean;
}

/** Settings that a test may change. */
export interface Settings {
  timeout?: number;
  buckets?: number;
  hashKey?: Uint8Array;
  revision?: number;
  ports?: (Pick<SnapshotPort, "index" | "mac"> & Partial<SnapshotPort>)[];
  hops?: SnapshotHop[];
  /** Next hop's MTU, where no hops are given. */
  mtu?: number;
  source4?: string | null;
  source6?: string | null;
  entropy4?: string;
  entropy6?: string;
  guePort?: number;
  hop4?: number | null;
  hop6?: number | null;
  /** Addresses of the machine itself. */
  own?: string[];
}

/** Puts a snapshot together; slot ids count up from 1 where they are not given. */
export function tablesOf(vips: VipGiven[], settings: Settings = {}): Snapshot {
  const ports = settings.ports ?? [{ index: 0, mac: PORT_MAC }];
  const { source4 = SOURCE4, source6 = SOURCE6, mtu = 0 } = settings;
  const snapshot: Snapshot = {
    revision: settings.revision ?? 1,
    hashKey: settings.hashKey ?? Uint8Array.from({ length: 16 }, (_, i) => i),
    ip4Source: source4 === null ? null : ip(source4),
    ip6Source: source6 === null ? null : ip(source6),
    ip4Entropy: settings.entropy4 === undefined ? null : prefixOf(settings.entropy4),
    ip6Entropy: settings.entropy6 === undefined ? null : prefixOf(settings.entropy6),
    guePort: settings.guePort ?? 6080,
    hop4: settings.hop4 ?? null,
    hop6: settings.hop6 ?? null,
    timeout: settings.timeout ?? 40,
    buckets: settings.buckets ?? 1024,
    ports: ports.map((port) => ({ mtu: 0, snat: [], ...port })),
    vips: [],
    keys: [],
    servers: [],
    hops: settings.hops ?? [{ mac: HOP_MAC, port: 0, mtu }],
    own: (settings.own ?? []).map(ip),
  };
  vips.forEach((vip, i) => addVip(snapshot, vip, i));
  origins.set(snapshot, { vips, settings });
  return snapshot;
}

/** What a snapshot was put together from; null where it came about in another way. */
export function givenOf(snapshot: Snapshot): { vips: VipGiven[]; settings: Settings } | null {
  return origins.get(snapshot) ?? null;
}

const origins = new WeakMap<Snapshot, { vips: VipGiven[]; settings: Settings }>();

function prefixOf(text: string): { prefix: Uint8Array; length: number } {
  const [address = "", length = ""] = text.split("/");
  return { prefix: ip(address), length: Number(length) };
}

/** A server with all that it has from its VIP. */
function serversOf(vip: VipGiven, index: number) {
  const encap = vip.encap ?? "gre4";
  const tunnel = ["gre4", "gre6", "ipip", "gue"].includes(encap);
  const nat = encap.startsWith("nat");
  return vip.servers.map((given, i) => {
    const server: ServerGiven = typeof given === "string" ? { address: given } : given;
    const record: SnapshotServer = {
      slot: server.slot ?? index * 1000 + i + 1,
      vip: vip.id ?? index,
      address: ip(server.address),
      encap,
      ttl: tunnel ? vip.ttl ?? 64 : 0,
      df: vip.df ?? "copy",
      dscp: vip.dscp ?? 0,
      targetPort: nat ? vip.targetPort ?? vip.port ?? 0 : 0,
      mtu: server.mtu ?? 0,
      hop: server.hop === undefined ? 0 : server.hop,
    };
    return { record, weight: server.weight ?? 100, live: server.live !== false };
  });
}

function addVip(snapshot: Snapshot, vip: VipGiven, index: number): void {
  const { prefix, length } = prefixOf(vip.prefix);
  const servers = serversOf(vip, index);
  const live = servers.filter((server) => server.live);
  snapshot.servers.push(...servers.map(({ record }) => record));
  snapshot.vips.push({
    id: vip.id ?? index,
    prefix,
    prefixLength: length,
    protocol: vip.protocol ?? (vip.port === undefined ? 255 : 6),
    port: vip.port ?? 0,
    encap: vip.encap ?? "gre4",
    sticky: vip.sticky ?? false,
    echo: vip.echo ?? true,
    table: buildTable(
      live.map(({ record, weight }) => ({ address: record.address, weight })),
      vip.size ?? 1024,
    ).map((server) => live[server]!.record.slot),
  });
  addKeys(snapshot, vip, snapshot.vips.length - 1);
}

/** The second protocol of a port that is for both, and the node port. */
function addKeys(snapshot: Snapshot, given: VipGiven, vip: number): void {
  const { prefix, prefixLength, port } = snapshot.vips[vip]!;
  const both = given.protocol === undefined && given.port !== undefined;
  if (both) snapshot.keys.push({ vip, prefix, prefixLength, protocol: 17, port, node: false });
  if (given.nodePort === undefined) return;
  const own = (prefix.length === 4 ? snapshot.ip4Source : snapshot.ip6Source)!;
  for (const protocol of given.protocol === undefined ? [6, 17] : [given.protocol]) {
    const key = { vip, prefix: own, prefixLength: own.length * 8, protocol };
    snapshot.keys.push({ ...key, port: given.nodePort, node: true });
  }
}
