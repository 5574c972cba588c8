/**
 * Takes frames apart for people: which bits are which field, layer by layer, down to the innermost packet. Works on any
 * bytes: what is short or broken is told as far as it goes.
 *
 * @module
 */
import type { PacketField } from "./packet_fields/field.ts";
import { layerOf } from "./packet_fields/layers.ts";
import { type Next, Walk } from "./packet_fields/walk.ts";

export { hexBytes, hexDigits } from "./packet_fields/hex.ts";
export type { PacketField };

/** UDP port that GUE goes to unless told otherwise: IANA's. */
const GUE_PORT = 6080;
/** Ethernet's own Ethernet type. */
const ETHERNET = 0x6558;

/**
 * All of an Ethernet frame as fields, in order: each of its bits is part of exactly one.
 *
 * @param guePort Datagrams to this port hold GUE.
 */
export function packetFields(frame: Uint8Array, guePort: number = GUE_PORT): PacketField[] {
  const walk = new Walk(frame, guePort);
  let next: Next | null = { ether: ETHERNET };
  while (next !== null) next = layerOf(next)?.(walk) ?? null;
  walk.rest();
  return walk.fields;
}
