/**
 * ICMP to a VIP: echo requests are answered, errors belong to the flow that they quote.
 *
 * @module
 */
import type { Counters } from "./counters.ts";
import { bytes } from "../frame.ts";
import { follow, put16, same } from "./bits.ts";
import { isBetweenHosts } from "./hosts.ts";
import { destinationOf, framed, type Packet, sourceOf } from "./packet.ts";
import { isIcmp, readQuote } from "./quote.ts";
import type { Entry } from "./vips.ts";

const REPLY_TTL = 64;

export function icmpStep(
  p: Packet,
  entry: Entry | null,
  counters: Counters,
): void {
  if (!isIcmp(p)) return;
  if (entry?.echo?.echo && isEchoRequest(p)) {
    p.verdict = "answered";
    p.vip = entry.echo;
    counters.add("vip", p.vip.id, "answered");
    const frame = framed(p, reply(p), p.frame.subarray(6, 12), p.frame.subarray(0, 6));
    p.leaves = { port: p.port, frames: () => [frame] };
    return;
  }
  const quote = readQuote(p);
  if (quote === null || quote.l4 === 0 || !same(quote.source, destinationOf(p.ip))) return;
  p.about = quote;
  p.protocol = quote.protocol;
  [p.sport, p.dport] = [quote.dport, quote.sport];
}

/** One from one host to one. Of one in fragments each counts: nothing else of ICMP is that long. */
function isEchoRequest(p: Packet): boolean {
  if (!isBetweenHosts(p)) return false;
  if (p.later) return p.fragmentOf === (p.family === 4 ? 1 : 58);
  return p.ip.length >= p.l4 + 8 && isEcho(p);
}

/** Whether the packet begins an echo request, or may be a later fragment of one. */
export function isEcho(p: Packet): boolean {
  if (!isIcmp(p) || p.about) return false;
  return p.later || p.ip[p.l4] === (p.family === 4 ? 8 : 128);
}

/** Addresses exchanged, another type, a TTL of its own, and no extension headers but those of a fragment. */
function reply(p: Packet): Uint8Array {
  const ip = p.datagram === null ? withoutExtensions(p) : p.ip.slice();
  ip.set(sourceOf(p.ip), p.family === 4 ? 16 : 24);
  ip.set(destinationOf(p.ip), p.family === 4 ? 12 : 8);
  const ttl = p.family === 4 ? 8 : 7;
  const old = ip.slice(8, 10);
  ip[ttl] = REPLY_TTL;
  if (p.family === 4) follow(ip, 10, [{ old, now: ip.slice(8, 10) }]);
  if (!p.later) setType(ip, ip.length - (p.ip.length - p.l4), p.family === 4 ? 0 : 129);
  return ip;
}

function setType(ip: Uint8Array, at: number, type: number): void {
  const old = ip.slice(at, at + 2);
  ip[at] = type;
  follow(ip, at + 2, [{ old, now: ip.slice(at, at + 2) }]);
}

function withoutExtensions(p: Packet): Uint8Array {
  if (p.family === 4 || p.l4 === 40) return p.ip.slice();
  const ip = bytes(p.ip.subarray(0, 40), p.ip.subarray(p.l4));
  put16(ip, 4, ip.length - 40);
  ip[6] = 58;
  return ip;
}
