/**
 * A VIP's servers: families, duplicates.
 *
 * @module
 */
import { parseAddress } from "../../net.ts";
import type { Problem } from "../../refused.ts";
import { shown } from "../../shown.ts";
import { ENCAP_KINDS } from "../encaps.ts";
import type { VipPart } from "../parts.ts";
import { unusableAddress } from "./unusable.ts";

/** What is wrong with the servers of one VIP. */
export function serverProblems({ at, vip, servers }: VipPart): Problem[] {
  const family = ENCAP_KINDS[vip.encap].servers;
  const seen = new Map<string, string>();
  return servers.flatMap(({ at: index, server: { address } }) => {
    const path = `vips[${at}].servers[${index}].address`;
    if (family !== null && parseAddress(address).family !== family) {
      const message = `not an IPv${family} address: ${shown(address)} (${vip.encap})`;
      return [{ path, message }];
    }
    const before = seen.get(address);
    if (before !== undefined) return [{ path, message: `${address} is already at ${before}` }];
    seen.set(address, path);
    return unusableAddress(path, address);
  });
}
