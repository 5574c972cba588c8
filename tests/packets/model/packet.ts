/**
 * A packet on its way through the model.
 *
 * @module
 */
import type { Snapshot, SnapshotVip } from "../../../lib/dataplane.ts";
import type { Free } from "../expected/tunnel.ts";

/** What an ICMP error quotes; offsets are from the IP header of the error. */
export interface Quote {
  at: number;
  /** 0: no L4 header is there. */
  l4: number;
  protocol: number;
  source: Uint8Array;
  destination: Uint8Array;
  /** 0 where they are not there. */
  sport: number;
  dport: number;
}

/** Frames that leave by a port, once the free fields of an outer header are known. */
export interface Leaving {
  port: number;
  frames: (free: Free) => Uint8Array[];
  /** Fails where a free field is not what it may be. */
  check?: (free: Free) => void;
}

export interface Packet {
  /** As it came; nobody changes it. */
  readonly frame: Uint8Array;
  /** Where it came from. */
  readonly port: number;
  verdict: string;
  family: 0 | 4 | 6;
  /** Offset of the IP header in the frame. */
  l3: number;
  /** The IP packet, without padding. */
  ip: Uint8Array;
  /** Offset of the L4 header in the IP packet; 0: none. */
  l4: number;
  protocol: number;
  sport: number;
  dport: number;
  /** Key of its datagram, where it is a fragment. */
  datagram: string | null;
  /** What its own header says comes behind, where it is a fragment: the same in all of its datagram. */
  fragmentOf: number;
  /** A fragment but the first. */
  later: boolean;
  /** Of all packets, as they are worked off. */
  order: number;
  /** It waited in vain for its first fragment. */
  overdue: boolean;
  /** It is an ICMP error about a flow of a VIP. */
  about: Quote | null;
  vip: SnapshotVip | null;
  hash: bigint | null;
  server: number | null;
  decided: "flow" | "table" | null;
  /** The first of its flow in some seconds: its way back is made sure of. */
  due: boolean;
  tracked: boolean;
  /** What leaves in its place. */
  leaves: Leaving | null;
  /** It leaves in pieces. */
  cut: boolean;
  /** The MTU that it does not fit. */
  mtu: number;
  /** The ICMP error about it. */
  answer: Leaving | null;
}

export function newPacket(frame: Uint8Array, port: number): Packet {
  return {
    frame,
    port,
    verdict: "forwarded",
    family: 0,
    l3: 0,
    ip: new Uint8Array(),
    l4: 0,
    protocol: 0,
    sport: 0,
    dport: 0,
    datagram: null,
    fragmentOf: 0,
    later: false,
    order: 0,
    overdue: false,
    about: null,
    vip: null,
    hash: null,
    server: null,
    decided: null,
    due: false,
    tracked: false,
    leaves: null,
    cut: false,
    mtu: 0,
    answer: null,
  };
}

/** Who sent the frame to us, and by which port. */
export function routerOf({ port, frame }: Packet): { port: number; mac: Uint8Array } {
  return { port, mac: frame.slice(6, 12) };
}

/** Source and destination of an IP packet. */
export function sourceOf(ip: Uint8Array): Uint8Array {
  return ip[0]! >> 4 === 4 ? ip.subarray(12, 16) : ip.subarray(8, 24);
}

export function destinationOf(ip: Uint8Array): Uint8Array {
  return ip[0]! >> 4 === 4 ? ip.subarray(16, 20) : ip.subarray(24, 40);
}

/** TTL or hop limit. */
export function ttlOf(ip: Uint8Array): number {
  return ip[0]! >> 4 === 4 ? ip[8]! : ip[7]!;
}

/** VLAN tags of the frame. */
export function tagsOf(packet: Packet): Uint8Array {
  return packet.frame.subarray(12, packet.l3 - 2);
}

/** Whether it has ports: TCP or UDP. */
export function hasPorts(protocol: number): boolean {
  return protocol === 6 || protocol === 17;
}

/** The protocol that stands in the packet; that of an error about a flow is not the flow's. */
export function ownProtocol(p: Packet): number {
  if (p.about === null) return p.protocol;
  return p.family === 4 ? 1 : 58;
}

/** The packet in an Ethernet frame, with the tags that it came with. */
export function framed(
  p: Packet,
  ip: Uint8Array,
  to: Uint8Array,
  from: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const tags = tagsOf(p);
  const frame = new Uint8Array(14 + tags.length + ip.length);
  frame.set(to);
  frame.set(from, 6);
  frame.set(tags, 12);
  frame.set(ip[0]! >> 4 === 4 ? [0x08, 0x00] : [0x86, 0xdd], 12 + tags.length);
  frame.set(ip, 14 + tags.length);
  return frame;
}

/** MAC address of a port. */
export function macOf({ ports }: Snapshot, index: number): Uint8Array {
  return ports.find((port) => port.index === index)?.mac ?? new Uint8Array(6);
}
