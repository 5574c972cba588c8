/**
 * How values of fields are told.
 *
 * @module
 */
import type { Show } from "./walk.ts";

/** Up to 6 bytes as a number; 0 for more. */
export function number(bytes: Uint8Array): number {
  return bytes.length > 6 ? 0 : bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

export const decimal: Show = (value) => String(value);

export const hex: Show = (_, bytes) =>
  "0x" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** For single bits. */
export const yesNo: Show = (value) => value === 1 ? "yes" : "no";

export const byteCount: Show = (_, bytes) =>
  bytes.length === 1 ? "1 byte" : `${bytes.length} bytes`;

/** The value's name beside it, where it has one. */
export function named(names: Record<number, string>): Show {
  return (value) => names[value] === undefined ? String(value) : `${value} (${names[value]})`;
}

/** So many units of that many bytes. */
export function unitsOf(size: number, more = 0): Show {
  return (value) => `${value} (${value * size + more} bytes)`;
}

const ETHER_TYPES: Record<number, string> = {
  0x0800: "IPv4",
  0x0806: "ARP",
  0x6558: "Ethernet",
  0x8100: "802.1Q",
  0x86dd: "IPv6",
  0x8847: "MPLS",
  0x8863: "PPPoE",
  0x8864: "PPPoE",
  0x88a8: "802.1ad",
  0x88cc: "LLDP",
};

/** Below 0x600 it is 802.3's length. */
export const etherType: Show = (value, bytes) => {
  if (value < 0x600) return `${value} bytes`;
  const name = ETHER_TYPES[value];
  return name === undefined ? hex(value, bytes) : `${hex(value, bytes)} (${name})`;
};

/** Of IPv4, and next headers of IPv6. */
export const protocolName: Show = named({
  0: "hop-by-hop options",
  1: "ICMP",
  2: "IGMP",
  4: "IPv4",
  6: "TCP",
  17: "UDP",
  41: "IPv6",
  43: "routing",
  44: "fragment",
  47: "GRE",
  50: "ESP",
  51: "AH",
  58: "ICMPv6",
  59: "nothing",
  60: "destination options",
  132: "SCTP",
});
