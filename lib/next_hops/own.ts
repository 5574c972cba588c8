/**
 * Addresses of the machine itself.
 *
 * @module
 */
import { OWN_MAX } from "../dataplane.ts";
import { NetError, parseAddress } from "../net.ts";

/** Loopback and links' own addresses: nothing comes from elsewhere to them. */
const LOCAL = /^(127\.|169\.254\.|::1$|fe[89ab])/;

/** All of this network namespace that others can send to, in order; only so many as the data plane takes. */
export function ownAddresses(): string[] {
  const all = Deno.networkInterfaces().flatMap(({ address }) => {
    try {
      return [parseAddress(address.replace(/%.*/, "")).text];
    } catch (error) {
      if (error instanceof NetError) return [];
      throw error;
    }
  });
  return [...new Set(all)].filter((address) => !LOCAL.test(address)).sort().slice(0, OWN_MAX);
}
