/**
 * The ICMP errors that the sender of a packet has to get (RFC 792, 1191, 1812, 4443).
 *
 * @module
 */
import { type Bytes, bytes } from "../frame.ts";
import { icmpError } from "../icmp.ts";
import { toSender } from "./link.ts";

/** Precedence of network control (RFC 1812, 4.3.2.5). */
const TOS = 0xc0;
const MOST4 = 576;
const MOST6 = 1280;

/** As much of the packet as an error may quote. */
function quoteOf(packet: Uint8Array): Bytes {
  const room = packet[0]! >> 4 === 4 ? MOST4 - 28 : MOST6 - 48;
  return bytes(packet.subarray(0, room));
}

/** "Fragmentation needed" or "packet too big" about a packet, from its destination. */
export function toldTooBig(
  packet: Uint8Array,
  ends: { from: string; to: string },
  mtu: number,
  tags?: Uint8Array,
): (id: number) => Bytes {
  const kind = ends.from.includes(":") ? { type: 2 } : { type: 3, code: 4 };
  return (id) => {
    const about = { ...kind, from: ends.to, to: ends.from, value: mtu, quote: quoteOf(packet) };
    return toSender(icmpError({ ...about, id, tos: TOS }), tags);
  };
}

/** "Time exceeded" about a packet, from the node's own address. */
export function toldExpired(
  packet: Uint8Array,
  from: string,
  to: string,
  tags?: Uint8Array,
): (id: number) => Bytes {
  const type = from.includes(":") ? 3 : 11;
  return (id) =>
    toSender(icmpError({ from, to, type, quote: quoteOf(packet), id, tos: TOS }), tags);
}
