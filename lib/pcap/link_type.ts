import { CaptureError } from "./types.ts";

const ETHERNET = 1;

/** Link types that captures often have, by number (the tcpdump project's registry). */
const NAMES: Record<number, string> = {
  0: "BSD loopback",
  1: "Ethernet",
  9: "PPP",
  101: "raw IP",
  105: "IEEE 802.11",
  108: "OpenBSD loopback",
  113: "Linux cooked capture",
  127: "IEEE 802.11 with radiotap",
  228: "raw IPv4",
  229: "raw IPv6",
  276: "Linux cooked capture 2",
};

/** Refuses what is not Ethernet. @throws {CaptureError} naming the link type. */
export function requireEthernet(linkType: number, offset: number): void {
  if (linkType === ETHERNET) return;
  const name = NAMES[linkType];
  const type = name === undefined ? `${linkType}` : `${linkType} (${name})`;
  throw new CaptureError(
    `The capture has link type ${type} at byte ${offset}; only Ethernet (${ETHERNET}) can be read`,
  );
}
