/**
 * What has to leave, written down from the protocols' documents (RFC 791, 2784, 8200): an encapsulation
 * of the tests' own.
 *
 * @module
 */
import { be, type Bytes, bytes, checksum, ip, mac } from "./frame.ts";

/** Addresses of every test. */
export const SOURCE4 = "192.0.2.10";
export const SOURCE6 = "2001:db8::10";
export const PORT_MAC = mac("00:00:00:00:00:00");
export const HOP_MAC = mac("02:cc:00:00:00:03");
/** Outer TTL and hop limit. */
export const OUTER_TTL = 127;

/** GRE without options: only the protocol of what is inside. */
function gre(inner: Uint8Array): Bytes {
  return bytes(0, 0, be(inner[0]! >> 4 === 6 ? 0x86dd : 0x0800, 2), inner);
}

/** The frame that carries `inner` to an IPv4 server. */
export function gre4(inner: Uint8Array, server: string): Bytes {
  const payload = gre(inner);
  const head = bytes(0x45, 0, be(20 + payload.length, 2), 0, 0, 0, 0, OUTER_TTL, 47);
  const addresses = bytes(ip(SOURCE4), ip(server));
  const sum = be(checksum(head, addresses), 2);
  return bytes(HOP_MAC, PORT_MAC, 0x08, 0x00, head, sum, addresses, payload);
}

/** The frame that carries `inner` to an IPv6 server. */
export function gre6(inner: Uint8Array, server: string): Bytes {
  const payload = gre(inner);
  const head = bytes(0x60, 0, 0, 0, be(payload.length, 2), 47, OUTER_TTL);
  return bytes(HOP_MAC, PORT_MAC, 0x86, 0xdd, head, ip(SOURCE6), ip(server), payload);
}
