/**
 * The node's own addresses: who needs them, and what they cannot be.
 *
 * @module
 */
import { parseAddress } from "../../net.ts";
import type { Problem } from "../../refused.ts";
import { vipName } from "../../vip_name.ts";
import { ENCAP_KINDS, hasSource } from "../encaps.ts";
import type { Parts, VipPart } from "../parts.ts";
import { nodePortOf } from "../services.ts";
import { unusableAddress } from "./unusable.ts";

type Conf = NonNullable<Parts["conf"]>;

/** Of both families. */
export function addressProblems({ conf, vips }: Parts): Problem[] {
  if (conf === null) return [];
  return [...ofFamily(4, conf, vips), ...ofFamily(6, conf, vips)];
}

function ofFamily(family: 4 | 6, conf: Conf, vips: VipPart[]): Problem[] {
  const path = `conf.ip${family}_src_address`;
  const address = conf[`ip${family}_src_address`];
  if (address !== undefined) {
    return [...unusableAddress(path, address), ...isVip(path, address, vips)];
  }
  for (const part of vips) {
    const use = useOf(family, conf, part);
    if (use === null) continue;
    const message = `is missing; vips[${part.at}] (${vipName(part.vip)}) needs it for ${use}`;
    return [{ path, message }];
  }
  return [];
}

/** What a VIP needs the address for; null: nothing. */
function useOf(family: 4 | 6, conf: Conf, { vip, servers }: VipPart): string | null {
  const { kind, servers: only } = ENCAP_KINDS[vip.encap];
  const concerned = only === null
    ? servers.some(({ server }) => parseAddress(server.address).family === family)
    : only === family;
  if (!concerned) return null;
  const port = nodePortOf(vip);
  if (kind === "nat" && port !== null) return `node port ${port}`;
  if (hasSource(vip.encap, family, conf)) return null;
  return vip.encap === "gue" ? "gue" : `${vip.encap}, or conf.ip${family}_entropy in its place`;
}

function isVip(path: string, address: string, vips: VipPart[]): Problem[] {
  const prefix = `${address}/${address.includes(":") ? 128 : 32}`;
  const same = vips.find(({ vip }) => vip.prefix === prefix);
  if (same === undefined) return [];
  const message =
    `${address} is the VIP at vips[${same.at}]; the node needs an address that is none`;
  return [{ path, message }];
}
