import { parseAddress } from "../../net.ts";
import type { Problem } from "../../refused.ts";

/** Addresses that no single host can have. */
export function unusableAddress(path: string, address: string): Problem[] {
  const kind = unusableKind(address, parseAddress(address).bytes);
  return kind === null ? [] : [{ path, message: `${address} is ${kind}, not one host's` }];
}

function unusableKind(address: string, bytes: Uint8Array): string | null {
  const [first = 0] = bytes;
  const multicast = bytes.length === 4 ? (first & 0xf0) === 0xe0 : first === 0xff;
  if (bytes.every((byte) => byte === 0)) return "the unspecified address";
  if (multicast) return "a multicast address";
  if (bytes.length === 4 && bytes.every((byte) => byte === 255)) return "the broadcast address";
  if (address.startsWith("::ffff:") && address.includes(".")) {
    return "an IPv4 address in IPv6 form";
  }
  return null;
}
