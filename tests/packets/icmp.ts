/**
 * ICMP messages for the packet tests (RFC 792, 4443).
 *
 * @module
 */
import { be, type Bytes, bytes, checksum, ipv4, ipv6, pseudoHeader } from "./frame.ts";

/** An ICMP message over IPv4 of a type and code; `rest` stands behind the checksum. */
export function icmp4(type: number, code: number, rest: Uint8Array): Bytes {
  return bytes(type, code, be(checksum(bytes(type, code, 0, 0), rest), 2), rest);
}

/** An ICMPv6 message, whose checksum covers the addresses of the packet. */
export function icmp6(
  ends: { from: string; to: string },
  type: number,
  code: number,
  rest: Uint8Array,
): Bytes {
  const head = pseudoHeader(ends.from, ends.to, 58, 4 + rest.length);
  return bytes(type, code, be(checksum(head, bytes(type, code, 0, 0), rest), 2), rest);
}

/** What an echo asks for, or answers, behind its checksum. */
function echoRest(payload: Uint8Array, id: number): Bytes {
  return bytes(be(id, 2), be(1, 2), payload);
}

/** An ICMP echo request. */
export function echo(payload: Uint8Array = bytes(1, 2, 3, 4), id = 5): Bytes {
  return icmp4(8, 0, echoRest(payload, id));
}

/** An ICMP echo reply. */
export function echoReply(payload: Uint8Array = bytes(1, 2, 3, 4), id = 5): Bytes {
  return icmp4(0, 0, echoRest(payload, id));
}

/** An ICMPv6 echo request. */
export function echo6(
  ends: { from: string; to: string },
  payload: Uint8Array = bytes(1, 2, 3, 4),
): Bytes {
  return icmp6(ends, 128, 0, echoRest(payload, 5));
}

/** An ICMPv6 echo reply. */
export function echoReply6(
  ends: { from: string; to: string },
  payload: Uint8Array = bytes(1, 2, 3, 4),
): Bytes {
  return icmp6(ends, 129, 0, echoRest(payload, 5));
}

/** An ICMP error: what it says, and the head of the packet that it is about. */
export interface IcmpError {
  from: string;
  to: string;
  type: number;
  code?: number;
  /** The four bytes before the quote: an MTU, a pointer, or nothing. */
  value?: number;
  quote: Uint8Array;
  ttl?: number;
  /** IPv4. */
  id?: number;
  tos?: number;
  /** Flags and offset as on the wire. */
  fragment?: number;
}

/** The IP packet of an ICMP error, of the family of its addresses. */
export function icmpError(error: IcmpError): Bytes {
  const { from, to, type, code = 0, quote, ttl = 64, id = 1, tos = 0, fragment = 0 } = error;
  const rest = bytes(be(error.value ?? 0, 4), quote);
  return from.includes(":")
    ? ipv6({ from, to, protocol: 58, hopLimit: ttl }, icmp6({ from, to }, type, code, rest))
    : ipv4({ from, to, protocol: 1, ttl, id, tos, fragment }, icmp4(type, code, rest));
}

/** "Fragmentation needed" or "packet too big": the family's type for a packet that does not fit. */
export function tooBig(from: string, to: string, mtu: number, quote: Uint8Array): Bytes {
  return from.includes(":")
    ? icmpError({ from, to, type: 2, value: mtu, quote })
    : icmpError({ from, to, type: 3, code: 4, value: mtu, quote });
}

/** "Port unreachable". */
export function unreachable(from: string, to: string, quote: Uint8Array): Bytes {
  return from.includes(":")
    ? icmpError({ from, to, type: 1, code: 4, quote })
    : icmpError({ from, to, type: 3, code: 3, quote });
}

/** The head of a packet as an error quotes it: its IP header and so many bytes of L4. */
export function quoteOf(packet: Uint8Array, l4 = 8): Bytes {
  const header = packet[0]! >> 4 === 6 ? 40 : (packet[0]! & 15) * 4;
  return bytes(packet.subarray(0, header + l4));
}
