/**
 * What stands before every packet that leaves.
 *
 * @module
 */
import { be, type Bytes, bytes, mac, NODE_MAC, ROUTER_MAC } from "../frame.ts";

/** Addresses of every test. */
export const SOURCE4 = "192.0.2.10";
export const SOURCE6 = "2001:db8::10";
export const PORT_MAC = mac("00:00:00:00:00:00");
export const HOP_MAC = mac("02:cc:00:00:00:03");

/** The frame that carries a packet to the servers' next hop, with the tags that it came with. */
export function toHop(packet: Uint8Array, tags: Uint8Array = bytes()): Bytes {
  return linked(HOP_MAC, PORT_MAC, packet, tags);
}

/** The frame that answers one of the tests': from the MAC address that it was for. */
export function toSender(packet: Uint8Array, tags: Uint8Array = bytes()): Bytes {
  return linked(ROUTER_MAC, NODE_MAC, packet, tags);
}

/** The frame that carries a packet to whom the frames of the tests come from, out by the port. */
export function toRouter(packet: Uint8Array, tags: Uint8Array = bytes()): Bytes {
  return linked(ROUTER_MAC, PORT_MAC, packet, tags);
}

/** An Ethernet frame; tags stand behind the MAC addresses. */
export function linked(
  to: Uint8Array,
  from: Uint8Array,
  packet: Uint8Array,
  tags: Uint8Array = bytes(),
): Bytes {
  return bytes(to, from, tags, be(packet[0]! >> 4 === 6 ? 0x86dd : 0x0800, 2), packet);
}

/** The frame with tags behind its MAC addresses. */
export function withTags(frame: Uint8Array, tags: Uint8Array): Bytes {
  return bytes(frame.subarray(0, 12), tags, frame.subarray(12));
}

/** Where the IP packet of a frame begins. */
export function l3Of(frame: Uint8Array): number {
  let at = 12;
  while (frame[at] === 0x81 || frame[at] === 0x88) at += 4;
  return at + 2;
}

export { NODE_MAC, ROUTER_MAC };
