/**
 * ICMP errors and what they quote (RFC 792, 4443).
 *
 * @module
 */
import { u16 } from "./bits.ts";
import {
  destinationOf,
  hasPorts,
  ownProtocol,
  type Packet,
  type Quote,
  sourceOf,
} from "./packet.ts";
import { extensionLength, isExtension } from "./parse.ts";

/** Bytes of L4 that have to be quoted (RFC 792). */
const LEAST_L4 = 8;
const ERRORS4 = new Set([3, 4, 5, 11, 12]);

/** ICMP over IPv4, ICMPv6 over IPv6. */
export function isIcmp(p: Packet): boolean {
  return p.family === 4 ? ownProtocol(p) === 1 : p.family === 6 && ownProtocol(p) === 58;
}

/** Whether the packet begins an ICMP error. */
export function isError(p: Packet): boolean {
  if (!isIcmp(p) || p.l4 === 0 || p.l4 >= p.ip.length) return false;
  const type = p.ip[p.l4]!;
  return p.family === 4 ? ERRORS4.has(type) : type >= 1 && type <= 127;
}

/** What an error quotes; null: nothing that could be read. */
export function readQuote(p: Packet): Quote | null {
  if (!isError(p) || p.datagram !== null) return null;
  const at = p.l4 + 8;
  const inner = p.ip.subarray(at);
  const header = p.family === 4 ? (inner[0] ?? 0) % 16 * 4 : 40;
  if (inner.length < Math.max(header, 20) || inner[0]! >> 4 !== p.family || header < 20) {
    return null;
  }
  const found = p.family === 4 ? behind4(inner, header) : behind6(inner);
  const quote: Quote = {
    at,
    l4: found.l4 === 0 ? 0 : at + found.l4,
    protocol: found.protocol,
    source: sourceOf(inner),
    destination: destinationOf(inner),
    sport: 0,
    dport: 0,
  };
  if (found.l4 === 0) return quote;
  if (inner.length < found.l4 + LEAST_L4) return { ...quote, l4: 0 };
  if (!hasPorts(found.protocol)) return quote;
  return { ...quote, sport: u16(inner, found.l4), dport: u16(inner, found.l4 + 2) };
}

function behind4(inner: Uint8Array, header: number): { protocol: number; l4: number } {
  const later = (u16(inner, 6) & 0x1fff) !== 0;
  return { protocol: inner[9]!, l4: later ? 0 : header };
}

function behind6(inner: Uint8Array): { protocol: number; l4: number } {
  let protocol = inner[6]!;
  let at = 40;
  while (isExtension(protocol)) {
    if (inner.length < at + 8) return { protocol, l4: 0 };
    const later = protocol === 44 && (u16(inner, at + 2) & 0xfff8) !== 0;
    const length = extensionLength(inner, at, protocol);
    protocol = inner[at]!;
    if (later) return { protocol, l4: 0 };
    at += length;
  }
  return { protocol, l4: at };
}
