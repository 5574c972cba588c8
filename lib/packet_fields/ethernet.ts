/**
 * Ethernet, its tags, and ARP.
 *
 * @module
 */
import { formatAddress, formatMac } from "../net.ts";
import type { Layer, Show, Walk } from "./walk.ts";
import { etherType, named, yesNo } from "./words.ts";

const macAddress: Show = (_, bytes) => formatMac(bytes);
const ip4Address: Show = (_, bytes) => formatAddress(bytes);

/** A frame, or one inside GRE. */
export const ethernet: Layer = (walk) => {
  walk.enter("Ethernet");
  walk.take(6, "destination", macAddress);
  walk.take(6, "source", macAddress);
  return { ether: walk.take(2, "type", etherType) };
};

/** IEEE 802.1Q and 802.1ad. */
export function tag(walk: Walk, name: string): ReturnType<Layer> {
  walk.enter(name);
  walk.takeBits(2, [["priority", 3], ["drop eligible", 1, yesNo], ["VLAN", 12]]);
  return { ether: walk.take(2, "type", etherType) };
}

/** RFC 826, for IPv4 over Ethernet. */
export function arp(walk: Walk): null {
  walk.enter("ARP");
  const hardware = walk.take(2, "hardware type", named({ 1: "Ethernet" }));
  const protocol = walk.take(2, "protocol type", etherType);
  const sizes = [walk.take(1, "hardware size"), walk.take(1, "protocol size")];
  walk.take(2, "operation", named({ 1: "request", 2: "reply" }));
  if (hardware !== 1 || protocol !== 0x0800 || sizes[0] !== 6 || sizes[1] !== 4) return null;
  walk.take(6, "sender MAC address", macAddress);
  walk.take(4, "sender address", ip4Address);
  walk.take(6, "target MAC address", macAddress);
  walk.take(4, "target address", ip4Address);
  walk.endIn(0);
  return null;
}
