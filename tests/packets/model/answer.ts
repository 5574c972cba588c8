/**
 * ICMP errors to the sender of a packet (RFC 792, 1122, 1191, 1812, 4443).
 *
 * @module
 */
import type { Snapshot } from "../../../lib/dataplane.ts";
import { icmpError } from "../icmp.ts";
import type { Counters } from "./counters.ts";
import type { Made } from "./made.ts";
import { isBetweenHosts } from "./hosts.ts";
import { destinationOf, framed, type Leaving, type Packet, sourceOf } from "./packet.ts";
import { isError, isIcmp } from "./quote.ts";

const A_SECOND = 1000;
const MOST4 = 576;
const MOST6 = 1280;

export class Answers {
  now = 0;
  #second = -1;
  #left = 0;

  constructor(readonly counters: Counters, readonly made: Made) {}

  /** "Fragmentation needed" or "packet too big", from the packet's destination. */
  tooBig(p: Packet): void {
    const kind = p.family === 4 ? { type: 3, code: 4 } : { type: 2 };
    const value = Math.max(p.mtu, p.family === 4 ? 68 : 1280);
    this.#send(p, { ...kind, value }, destinationOf(p.ip));
  }

  /** "Time exceeded", from the node's own address where it has one. */
  expired(p: Packet, tables: Snapshot): void {
    const own = p.family === 4 ? tables.ip4Source : tables.ip6Source;
    this.#send(p, { type: p.family === 4 ? 11 : 3 }, own ?? destinationOf(p.ip));
  }

  #send(
    p: Packet,
    kind: { type: number; code?: number; value?: number },
    from: Uint8Array,
  ): void {
    const header = p.family === 4 ? 20 : 40;
    const quote = p.ip.subarray(0, (p.family === 4 ? MOST4 : MOST6) - header - 8);
    if (!mayBeTold(p) || !this.made.take([p.l3 + header + 8 + quote.length])) return;
    if (!this.#allowed()) return this.counters.add("worker", 0, "icmp_limited");
    this.counters.add("worker", 0, "icmp_sent");
    const ends = { from: words(from), to: words(sourceOf(p.ip)) };
    const frames: Leaving["frames"] = ({ id }) => {
      const packet = icmpError({ ...kind, ...ends, quote, id, tos: 0xc0 });
      return [framed(p, packet, p.frame.subarray(6, 12), p.frame.subarray(0, 6))];
    };
    p.answer = { port: p.port, frames };
  }

  #allowed(): boolean {
    if (this.#second !== this.now) [this.#second, this.#left] = [this.now, A_SECOND];
    return this.#left-- > 0;
  }
}

/** Nobody is told about an error, or about anything that did not come from one host. */
function mayBeTold(p: Packet): boolean {
  return !isAboutError(p) && !p.later && isBetweenHosts(p);
}

/** What is no ICMP request for sure counts as an error; so does a redirect. */
function isAboutError(p: Packet): boolean {
  if (!isIcmp(p)) return false;
  const type = p.l4 === 0 ? undefined : p.ip[p.l4];
  return type === undefined || isError(p) || (p.family === 6 && (type === 0 || type === 137));
}

/** An address as the frame builders take it. */
function words(address: Uint8Array): string {
  if (address.length === 4) return address.join(".");
  const hex = Array.from(address, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.match(/..../g)!.join(":");
}
