/**
 * Who talks to whom in the packet tests, in both families.
 *
 * @module
 */
import { be, type Bytes, bytes, ipv4, ipv6, tcp, udp } from "./frame.ts";
import { echo, echo6, echoReply, echoReply6 } from "./icmp.ts";

/** A client, a VIP, its server, and a router on the way, all of one family. */
export interface Side {
  family: 4 | 6;
  client: string;
  vip: string;
  /** Prefix of the VIP alone, and one that holds more. */
  host: string;
  prefix: string;
  /** Another address of that prefix. */
  other: string;
  server: string;
  router: string;
  nat: "nat4" | "nat6";
  icmp: number;
}

export const FOUR: Side = {
  family: 4,
  client: "203.0.113.7",
  vip: "90.1.2.3",
  host: "90.1.2.3/32",
  prefix: "90.0.0.0/8",
  other: "90.77.0.1",
  server: "10.0.0.1",
  router: "198.51.100.9",
  nat: "nat4",
  icmp: 1,
};
export const SIX: Side = {
  family: 6,
  client: "2001:db8:77::7",
  vip: "2002:5a01::3",
  host: "2002:5a01::3/128",
  prefix: "2002::/16",
  other: "2002:77::1",
  server: "2001:db8:1::1",
  router: "2001:db8:99::9",
  nat: "nat6",
  icmp: 58,
};
export const SIDES = [FOUR, SIX];
export const HELLO: Bytes = new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n");

/** Addresses and ports as text: `from("1.2.3.4", 5)`. */
export interface Flow {
  from: string;
  to: string;
  sport: number;
  dport: number;
}

/** The client's packets to the VIP. */
export function asked(side: Side, more: Partial<Flow> = {}): Flow {
  return { from: side.client, to: side.vip, sport: 40001, dport: 80, ...more };
}

/** The other direction. */
export function turned({ from, to, sport, dport }: Flow): Flow {
  return { from: to, to: from, sport: dport, dport: sport };
}

/** What a header may say besides. */
export interface Said {
  ttl?: number;
  tos?: number;
  /** IPv4. */
  id?: number;
  fragment?: number;
  options?: Uint8Array;
}

/** An IP packet of either family around a segment. */
export function packet(ends: Flow, protocol: number, segment: Uint8Array, said: Said = {}): Bytes {
  const { from, to } = ends;
  if (!from.includes(":")) return ipv4({ from, to, protocol, ...said }, segment);
  const { ttl = 64, tos = 0 } = said;
  return ipv6({ from, to, protocol, hopLimit: ttl, trafficClass: tos }, segment);
}

export function tcpPacket(ends: Flow, said: Said = {}, payload: Uint8Array = HELLO): Bytes {
  return packet(ends, 6, tcp(ends, payload), said);
}

export function udpPacket(ends: Flow, said: Said = {}, payload: Uint8Array = HELLO): Bytes {
  return packet(ends, 17, udp(ends, payload), said);
}

/** A UDP packet without a checksum. */
export function bareUdpPacket(ends: Flow, said: Said = {}, payload: Uint8Array = HELLO): Bytes {
  return packet(ends, 17, udp(ends, payload, true), said);
}

/** A ping, and what is said to it. */
export function pingPacket(ends: Flow, said: Said = {}, payload?: Uint8Array): Bytes {
  const six = ends.from.includes(":");
  return packet(ends, six ? 58 : 1, six ? echo6(ends, payload) : echo(payload), said);
}

export function pongPacket(ends: Flow, said: Said = {}, payload?: Uint8Array): Bytes {
  const six = ends.from.includes(":");
  return packet(ends, six ? 58 : 1, six ? echoReply6(ends, payload) : echoReply(payload), said);
}

/** A packet of `size` bytes in all, as UDP. */
export function sized(ends: Flow, size: number, said: Said = {}): Bytes {
  const header = ends.from.includes(":") ? 40 : 20 + (said.options?.length ?? 0);
  const payload = Uint8Array.from({ length: size - header - 8 }, (_, i) => i * 7);
  return udpPacket(ends, said, payload);
}

/** The packet with an L4 checksum that is wrong by a certain amount (in one's complement). */
export function spoiled(packet: Uint8Array, checksumAt: number): Bytes {
  const copy = bytes(packet);
  const sum = copy[checksumAt]! * 256 + copy[checksumAt + 1]! + 0x1111;
  copy.set(be(sum > 0xffff ? sum - 0xffff : sum, 2), checksumAt);
  return copy;
}
