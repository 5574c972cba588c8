/**
 * Packets that one host sent to one host: others are never answered (RFC 1122, 3.2.2; RFC 4443, 2.4).
 *
 * @module
 */
import { destinationOf, type Packet, sourceOf } from "./packet.ts";

export function isBetweenHosts(p: Packet): boolean {
  const groups = (p.frame[0]! | p.frame[6]!) & 1;
  return groups === 0 && isHost(sourceOf(p.ip)) && isHost(destinationOf(p.ip));
}

/** Neither unspecified nor loopback, no group, no broadcast, none of IPv4's class E. */
export function isHost(address: Uint8Array): boolean {
  const [first] = address;
  if (address.length === 4) return first !== 0 && first !== 127 && first! < 224;
  const special = address.slice(0, 15).every((byte) => byte === 0) && address[15]! <= 1;
  return first !== 0xff && !special;
}
