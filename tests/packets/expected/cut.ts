/**
 * The fragments that a packet has to leave in (RFC 791, 3.2; RFC 8200, 4.5).
 *
 * @module
 */
import { be, type Bytes, bytes, checksum } from "../frame.ts";

interface Piece {
  at: number;
  data: Bytes;
  last: boolean;
}

/** Pieces of a payload that fill the room for the first and that for every other, in units of 8 bytes. */
function pieces(payload: Uint8Array, first: number, other = first): Piece[] {
  const found: Piece[] = [];
  for (let at = 0; at < payload.length || at === 0;) {
    const room = at === 0 ? first : other;
    const data = bytes(payload.subarray(at, at + room - room % 8));
    found.push({ at, data, last: at + data.length >= payload.length });
    at += data.length;
  }
  return found;
}

/** Length of the option at `at`; 0: there is none, or they are broken from there on. */
function optionLength(options: Uint8Array, at: number): number {
  if (at >= options.length || options[at] === 0) return 0;
  if (options[at] === 1) return 1;
  const length = options[at + 1] ?? 0;
  return length >= 2 && at + length <= options.length ? length : 0;
}

/** Options that go into every fragment: those whose copied flag is set, filled up to whole words. */
function copied(options: Uint8Array): Bytes {
  const kept: number[] = [];
  for (let at = 0, length; (length = optionLength(options, at)) !== 0; at += length) {
    if (options[at]! & 0x80) kept.push(...options.subarray(at, at + length));
  }
  while (kept.length % 4 !== 0) kept.push(0);
  return Uint8Array.from(kept);
}

/** An IPv4 packet in pieces that fit the MTU. */
export function cut4(packet: Uint8Array, mtu: number): Bytes[] {
  const header = (packet[0]! & 15) * 4;
  const field = packet[6]! * 256 + packet[7]!;
  const rest = copied(packet.subarray(20, header));
  return pieces(packet.subarray(header), mtu - header, mtu - 20 - rest.length).map(
    ({ at, data, last }) => {
      const options = at === 0 ? packet.subarray(20, header) : rest;
      const length = 20 + options.length + data.length;
      const more = last ? field & 0x2000 : 0x2000;
      const before = bytes(
        0x45 + options.length / 4,
        packet[1]!,
        be(length, 2),
        packet.subarray(4, 6),
        be((field & 0xc000) | more | ((field & 0x1fff) + at / 8), 2),
        packet.subarray(8, 10),
      );
      const after = bytes(packet.subarray(12, 20), options);
      return bytes(before, be(checksum(before, after), 2), after, data);
    },
  );
}

/** An IPv6 packet without extension headers in pieces that fit the MTU; `id` as it was chosen. */
export function cut6(packet: Uint8Array, mtu: number, id: Uint8Array): Bytes[] {
  return pieces(packet.subarray(40), mtu - 48).map(({ at, data, last }) =>
    bytes(
      packet.subarray(0, 4),
      be(8 + data.length, 2),
      44,
      packet.subarray(7, 40),
      packet[6]!,
      0,
      be(at | (last ? 0 : 1), 2),
      id,
      data,
    )
  );
}
