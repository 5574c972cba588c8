/**
 * What translating and rewriting steps change of a packet, with the checksums that follow (RFC 3022, 5508, 6146).
 *
 * @module
 */
import { type Change, follow, followUdp, put16 } from "./bits.ts";
import { hasPorts, ownProtocol, type Packet, type Quote } from "./packet.ts";
import type { End } from "./ends.ts";

/** An IP header among some bytes, and what stands behind it. */
interface Place {
  at: number;
  /** 0: there is no L4 header. */
  l4: number;
  protocol: number;
}

/** Where the checksum of an L4 header stands that covers addresses; null: it has none. */
function checksumAt({ at, l4, protocol }: Place, bytes: Uint8Array): number | null {
  if (protocol === 6) return l4 + 16;
  if (protocol === 17) return l4 + 6;
  return protocol === 58 && bytes[at]! >> 4 === 6 ? l4 + 2 : null;
}

/** Writes the end of a packet, address and port (0: it keeps its own). */
function setEnd(bytes: Uint8Array, place: Place, which: "source" | "destination", end: End): void {
  const four = bytes[place.at]! >> 4 === 4;
  const size = four ? 4 : 16;
  const at = place.at + (four ? 12 : 8) + (which === "source" ? 0 : size);
  const changes = [write(bytes, at, end.address)];
  if (four) follow(bytes, place.at + 10, changes);
  if (place.l4 === 0) return;
  if (hasPorts(place.protocol) && end.port !== 0) {
    const port = Uint8Array.of(end.port >> 8, end.port & 255);
    changes.push(write(bytes, place.l4 + (which === "source" ? 0 : 2), port));
  }
  const sum = checksumAt(place, bytes);
  if (sum === null || sum + 2 > bytes.length) return;
  if (place.protocol === 17) followUdp(bytes, sum, changes);
  else follow(bytes, sum, changes);
}

function write(bytes: Uint8Array, at: number, now: Uint8Array): Change {
  const old = bytes.slice(at, at + now.length);
  bytes.set(now, at);
  return { old, now };
}

/** TTL or hop limit goes down by one. */
function age(ip: Uint8Array): void {
  if (ip[0]! >> 4 === 6) {
    ip[7]!--;
    return;
  }
  const old = ip.slice(8, 10);
  ip[8]!--;
  follow(ip, 10, [{ old, now: ip.slice(8, 10) }]);
}

/** The packet after one hop, with another end. */
export function translated(
  p: Packet,
  which: "source" | "destination",
  end: End | null,
): Uint8Array {
  const ip = p.ip.slice();
  age(ip);
  if (end) setEnd(ip, { at: 0, l4: p.l4, protocol: ownProtocol(p) }, which, end);
  return ip;
}

/** The same for an ICMP error, whose quote has another end, too; `outer` null: the error's own end stays. */
export function translatedError(
  p: Packet,
  quote: Quote,
  which: "source" | "destination",
  outer: End | null,
  inner: End,
): Uint8Array {
  const ip = translated(p, which, outer && { ...outer, port: 0 });
  const old = ip.slice(quote.at);
  // What the error quotes went the other way.
  setEnd(ip, quote, which === "source" ? "destination" : "source", inner);
  const even = old.length - old.length % 2;
  const change = { old: old.subarray(0, even), now: ip.subarray(quote.at, quote.at + even) };
  follow(ip, p.l4 + 2, [change]);
  return ip;
}

/** The packet with another DSCP, its ECN bits as they are. */
export function marked(ip: Uint8Array, dscp: number): void {
  const old = ip.slice(0, 2);
  put16(ip, 0, old[0]! * 256 + (dscp << 2 | old[1]! & 3));
  follow(ip, 10, [{ old, now: ip.slice(0, 2) }]);
}
