/**
 * Fragments of a packet, as its sender or a router on its way makes them.
 *
 * @module
 */
import { be, type Bytes, bytes, checksum } from "../frame.ts";
import { u16 } from "./bits.ts";

/** The packet in fragments of at most `size` bytes of payload, a multiple of 8. */
export function fragmentsOf(packet: Uint8Array, size: number, id: number): Bytes[] {
  const four = packet[0]! >> 4 === 4;
  const header = four ? (packet[0]! & 15) * 4 : 40;
  const payload = packet.subarray(header);
  const make = four ? piece4 : piece6;
  return Array.from({ length: Math.max(Math.ceil(payload.length / size), 1) }, (_, i) => {
    const data = payload.subarray(i * size, (i + 1) * size);
    return make(packet.subarray(0, header), data, i * size, (i + 1) * size < payload.length, id);
  });
}

function piece4(head: Uint8Array, data: Uint8Array, at: number, more: boolean, id: number): Bytes {
  const piece = bytes(head, data);
  piece.set(be(piece.length, 2), 2);
  piece.set(be(id & 0xffff, 2), 4);
  piece.set(be((more ? 0x2000 : 0) | at / 8, 2), 6);
  piece.set([0, 0], 10);
  piece.set(be(checksum(piece.subarray(0, head.length)), 2), 10);
  return piece;
}

function piece6(head: Uint8Array, data: Uint8Array, at: number, more: boolean, id: number): Bytes {
  const fragment = bytes(head[6]!, 0, be(at | (more ? 1 : 0), 2), be(id, 4));
  const piece = bytes(head, fragment, data);
  piece.set(be(u16(be(piece.length - 40, 2), 0), 2), 4);
  piece[6] = 44;
  return piece;
}
