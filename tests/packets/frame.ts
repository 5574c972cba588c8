/**
 * Frames for the packet tests, built from their headers up. Nothing here is shared with the program.
 *
 * @module
 */

/** Bytes of a packet or a part of one. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Joins parts; a number is one byte. */
export function bytes(...parts: (Uint8Array | number)[]): Bytes {
  const length = parts.reduce<number>((n, p) => n + (typeof p === "number" ? 1 : p.length), 0);
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(typeof part === "number" ? [part] : part, at);
    at += typeof part === "number" ? 1 : part.length;
  }
  return joined;
}

/** `n` in `length` bytes, network order. */
export function be(n: number, length: number): Bytes {
  return Uint8Array.from({ length }, (_, i) => Math.floor(n / 256 ** (length - 1 - i)) % 256);
}

/** `90.0.0.1` as 4 bytes, or an IPv6 address with at most one `::` as 16. */
export function ip(text: string): Bytes {
  if (!text.includes(":")) return Uint8Array.from(text.split(".").map(Number));
  const [head = "", tail] = text.split("::");
  const words = (part: string) => part === "" ? [] : part.split(":").map((w) => parseInt(w, 16));
  const [front, back] = [words(head), tail === undefined ? [] : words(tail)];
  const gap = Array<number>(8 - front.length - back.length).fill(0);
  return bytes(...[...front, ...gap, ...back].map((word) => be(word, 2)));
}

/** `02:00:00:00:00:01` as 6 bytes. */
export function mac(text: string): Bytes {
  return Uint8Array.from(text.split(":").map((part) => parseInt(part, 16)));
}

/** Internet checksum (RFC 1071). */
export function checksum(...parts: Uint8Array[]): number {
  const all = bytes(...parts, ...parts.reduce((n, { length }) => n + length, 0) % 2 ? [0] : []);
  let sum = 0;
  for (let i = 0; i < all.length; i += 2) sum += all[i]! * 256 + all[i + 1]!;
  while (sum > 0xffff) sum = Math.floor(sum / 65536) + sum % 65536;
  return 0xffff - sum;
}

export const ROUTER_MAC = mac("02:aa:00:00:00:01");
export const NODE_MAC = mac("02:bb:00:00:00:02");

/** What stands before a packet: the type is told by the packet's version unless given. */
export interface Link {
  to?: Uint8Array;
  from?: Uint8Array;
  type?: number;
  vlans?: { type?: number; tag: number }[];
}

/** An Ethernet frame around a packet. */
export function ethernet(packet: Uint8Array, link: Link = {}): Bytes {
  const { to = NODE_MAC, from = ROUTER_MAC, type = 0, vlans = [] } = link;
  const inner = type || (packet[0]! >> 4 === 6 ? 0x86dd : 0x0800);
  const tags = vlans.map((vlan) => bytes(be(vlan.type ?? 0x8100, 2), be(vlan.tag, 2)));
  return bytes(to, from, ...tags, be(inner, 2), packet);
}

/** What an IPv4 header says; everything else follows. */
export interface Ip4 {
  from: string;
  to: string;
  protocol: number;
  ttl?: number;
  tos?: number;
  id?: number;
  /** Flags and fragment offset as on the wire: 0x4000 don't fragment, 0x2000 more fragments. */
  fragment?: number;
  options?: Uint8Array;
  /** In place of the right ones. */
  version?: number;
  headerWords?: number;
  totalLength?: number;
  wrongChecksum?: boolean;
}

export function ipv4(header: Ip4, payload: Uint8Array): Bytes {
  const options = header.options ?? bytes();
  const words = header.headerWords ?? 5 + options.length / 4;
  const total = header.totalLength ?? 20 + options.length + payload.length;
  const before = bytes(
    (header.version ?? 4) << 4 | words,
    header.tos ?? 0,
    be(total, 2),
    be(header.id ?? 1, 2),
    be(header.fragment ?? 0, 2),
    header.ttl ?? 64,
    header.protocol,
  );
  const after = bytes(ip(header.from), ip(header.to), options);
  const sum = checksum(before, after) ^ (header.wrongChecksum ? 1 : 0);
  return bytes(before, be(sum, 2), after, payload);
}

/** What an IPv6 header says, with extension headers in order. */
export interface Ip6 {
  from: string;
  to: string;
  /** Next header behind all extensions. */
  protocol: number;
  hopLimit?: number;
  trafficClass?: number;
  flowLabel?: number;
  extensions?: Extension[];
  version?: number;
  payloadLength?: number;
}

/** An extension header: its number and its bytes behind the next-header byte. */
export interface Extension {
  number: number;
  rest: Uint8Array;
}

export function ipv6(header: Ip6, payload: Uint8Array): Bytes {
  const extensions = header.extensions ?? [];
  const numbers = [...extensions.map(({ number }) => number), header.protocol];
  const chain = bytes(...extensions.map(({ rest }, i) => bytes(numbers[i + 1]!, rest)));
  const first = (header.version ?? 6) * 2 ** 28 + (header.trafficClass ?? 0) * 2 ** 20 +
    (header.flowLabel ?? 0);
  return bytes(
    be(first, 4),
    be(header.payloadLength ?? chain.length + payload.length, 2),
    numbers[0]!,
    header.hopLimit ?? 64,
    ip(header.from),
    ip(header.to),
    chain,
    payload,
  );
}

/** An extension header that is measured in 8 bytes: hop-by-hop 0, routing 43, destination 60 … */
export function extension(number: number, units = 1): Extension {
  return { number, rest: bytes(units - 1, 1, units * 8 - 4, new Uint8Array(units * 8 - 4)) };
}

/** A fragment header (44): offset in bytes. */
export function fragmentHeader(offset: number, more: boolean, id = 7): Extension {
  return { number: 44, rest: bytes(0, be(offset | (more ? 1 : 0), 2), be(id, 4)) };
}

/** An authentication header (51), which is measured in 4 bytes. */
export function authentication(icv = 12): Extension {
  return {
    number: 51,
    rest: bytes((12 + icv) / 4 - 2, 0, 0, be(9, 4), be(1, 4), new Uint8Array(icv)),
  };
}

/** What checksums of TCP, UDP and ICMPv6 cover besides the segment (RFC 768, 8200). */
export function pseudoHeader(from: string, to: string, protocol: number, length: number): Bytes {
  return from.includes(":")
    ? bytes(ip(from), ip(to), be(length, 4), 0, 0, 0, protocol)
    : bytes(ip(from), ip(to), 0, protocol, be(length, 2));
}

/** Addresses and ports of a TCP or UDP packet. */
export interface Ends {
  from: string;
  to: string;
  sport: number;
  dport: number;
}

export function tcp(ends: Ends, payload: Uint8Array = bytes(), flags = 0x10): Bytes {
  const before = bytes(
    be(ends.sport, 2),
    be(ends.dport, 2),
    be(1, 4),
    be(1, 4),
    0x50,
    flags,
    0xff,
    0xff,
  );
  const length = 20 + payload.length;
  const sum = checksum(
    pseudoHeader(ends.from, ends.to, 6, length),
    before,
    bytes(0, 0, 0, 0),
    payload,
  );
  return bytes(before, be(sum, 2), 0, 0, payload);
}

export function udp(ends: Ends, payload: Uint8Array = bytes(), noChecksum = false): Bytes {
  const length = 8 + payload.length;
  const before = bytes(be(ends.sport, 2), be(ends.dport, 2), be(length, 2));
  const sum = checksum(pseudoHeader(ends.from, ends.to, 17, length), before, payload);
  return bytes(before, be(noChecksum ? 0 : sum || 0xffff, 2), payload);
}

/** A whole TCP or UDP frame over IPv4 or IPv6, told by the addresses. */
export function frame(
  ends: Ends & { protocol?: "tcp" | "udp"; payload?: Uint8Array },
  link: Link = {},
): Bytes {
  const { from, to, payload } = ends;
  const protocol = ends.protocol === "udp" ? 17 : 6;
  const segment = protocol === 17 ? udp(ends, payload) : tcp(ends, payload);
  const packet = from.includes(":")
    ? ipv6({ from, to, protocol }, segment)
    : ipv4({ from, to, protocol }, segment);
  return ethernet(packet, link);
}
