/**
 * All that the workers forward by, as a data plane is given it.
 *
 * @module
 */

/** How a packet reaches a server; the first five are VPP's. */
export const ENCAPS = ["gre4", "gre6", "l3dsr", "nat4", "nat6", "ipip", "gue"] as const;
export type Encap = typeof ENCAPS[number];

/** Don't-fragment of the outer header, and with it whether a packet that does not fit is cut. */
export const DF_POLICIES = ["copy", "set", "clear"] as const;
export type DfPolicy = typeof DF_POLICIES[number];

/** Whose packets an interface rewrites on their way back. */
export const SNATS = ["nat4", "nat6"] as const;
export type Snat = typeof SNATS[number];

/** A port that the workers poll. */
export interface SnapshotPort {
  /** Index that the data plane gave. */
  index: number;
  /** Source MAC address of what leaves there, 6 bytes; all 0 in a simulation: any MAC is ours. */
  mac: Uint8Array;
  /** Largest IP packet that leaves there; 0: any. */
  mtu: number;
  /** Packets of such servers that come in here leave from their VIP. */
  snat: readonly Snat[];
}

/** A VIP and its new-connection table. */
export interface SnapshotVip {
  /** Stable while the VIP lives; counters are found by it. */
  id: number;
  /** Prefix address, 4 or 16 bytes, host bits 0. */
  prefix: Uint8Array;
  prefixLength: number;
  /** 6 TCP, 17 UDP, 255 any (then `port` is 0). */
  protocol: number;
  port: number;
  encap: Encap;
  /** A flow is a client's address alone. */
  sticky: boolean;
  /** ICMP echo requests are answered; else they go on like other packets. */
  echo: boolean;
  /** Slot ids of servers; its length is a power of two, or 0: no server has a weight. */
  table: Uint32Array;
}

/** Another key that leads to a VIP: the second protocol of a port that is for both, or a node port. */
export interface SnapshotKey {
  /** Index into the VIPs. */
  vip: number;
  prefix: Uint8Array;
  prefixLength: number;
  /** 6 or 17. */
  protocol: number;
  port: number;
  /** The prefix is the node's own address, whose other packets are left to the kernel. */
  node: boolean;
}

/** A server that flows may be remembered for. */
export interface SnapshotServer {
  /** Slot id, 1 and up; counters are found by it. */
  slot: number;
  /** Id of its VIP. */
  vip: number;
  /** 4 bytes for gre4, l3dsr, nat4; 16 for gre6, nat6; either for ipip and gue. */
  address: Uint8Array;
  encap: Encap;
  /** Tunnels: of the outer header, 1 to 255; else 0. */
  ttl: number;
  /** Tunnels; else `copy`. */
  df: DfPolicy;
  /** l3dsr: 0 to 63; else 0. */
  dscp: number;
  /** nat4, nat6: destination port at the server, 0: the packet's own; else 0. */
  targetPort: number;
  /** Largest IP packet on the way to it, as far as known; 0: the hop's. */
  mtu: number;
  /** Index into the hops; null: not known yet. */
  hop: number | null;
}

/** A link-layer neighbour behind a port. */
export interface SnapshotHop {
  mac: Uint8Array;
  /** Index of the port. */
  port: number;
  /** Largest IP packet for the link, 0: unknown. */
  mtu: number;
}

/** Everything the workers forward by; immutable once committed. */
export interface Snapshot {
  revision: number;
  /** 16 bytes. */
  hashKey: Uint8Array;
  /** Outer source addresses, 4 and 16 bytes; null: not configured (then no VIP needs it). */
  ip4Source: Uint8Array | null;
  ip6Source: Uint8Array | null;
  /** Prefixes that gre and ipip take their outer sources from, by flow; null: the sources above. */
  ip4Entropy: { prefix: Uint8Array; length: number } | null;
  ip6Entropy: { prefix: Uint8Array; length: number } | null;
  /** UDP destination port of gue. */
  guePort: number;
  /** Index into the hops: where packets of nat servers leave whose flow is not remembered; null: nowhere. */
  hop4: number | null;
  hop6: number | null;
  timeout: number;
  buckets: number;
  ports: SnapshotPort[];
  vips: SnapshotVip[];
  keys: SnapshotKey[];
  servers: SnapshotServer[];
  hops: SnapshotHop[];
  /** Addresses of this machine's kernel, at most {@linkcode OWN_MAX}: what nat servers send there is the kernel's. */
  own: Uint8Array[];
}

/** So many addresses of the machine the library knows. */
export const OWN_MAX = 64;
