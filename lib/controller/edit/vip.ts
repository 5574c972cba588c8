/**
 * Changes of the list of VIPs, and of one VIP's fields.
 *
 * @module
 */
import type { Config, VipConfig } from "../../config.ts";
import { looseVipSchema } from "../../config/schema.ts";
import type { Edit } from "../edit.ts";
import { RefusedError } from "../../refused.ts";
import type { Ids } from "../../snapshot/slots.ts";
import { vipName } from "../../vip_name.ts";
import { merged } from "./fields.ts";
import { canonicalName, knownVip } from "./known.ts";

/** What a VIP's name consists of: another name is another VIP, with flows and counters of its own. */
const KEY_FIELDS = ["prefix", "protocol", "port"] as const;

/** @throws {RefusedError} 409 when one of that name is there */
export function addVip(config: Config, vip: unknown): Edit {
  const parsed = looseVipSchema.safeParse(vip).data;
  const name = parsed && vipName(parsed);
  if (name !== undefined && config.vips.some((other) => vipName(other) === name)) {
    throw new RefusedError(409, [{ path: "", message: `VIP ${name} is there already` }]);
  }
  const place = `vips[${config.vips.length}]`;
  return { input: { ...config, vips: [...config.vips, vip] }, flushes: [], place };
}

/** @throws {RefusedError} 404, and 409 for another name */
export function updateVip(config: Config, text: string, fields: unknown): Edit {
  const name = knownVip(config, text);
  const at = config.vips.findIndex((vip) => vipName(vip) === name);
  const vip = merged(config.vips[at]!, fields);
  requireSameName(config.vips[at]!, vip);
  const vips = config.vips.map((other, index) => index === at ? vip : other);
  return { input: { ...config, vips }, flushes: [], place: `vips[${at}]` };
}

function requireSameName(vip: VipConfig, changed: unknown): void {
  // What cannot be read is refused as a whole, with its path.
  const parsed = looseVipSchema.safeParse(changed).data;
  if (parsed === undefined) return;
  const field = KEY_FIELDS.find((field) => parsed[field] !== vip[field]);
  if (field === undefined) return;
  const message = `the ${field} of ${vipName(vip)} is part of its name and stays; ` +
    "add another VIP and remove this one";
  throw new RefusedError(409, [{ path: field, message }]);
}

/** @throws {RefusedError} 404 */
export function removeVip(config: Config, ids: Ids, text: string, flush: boolean): Edit {
  const removed = flush && ids.vips.get(canonicalName(text))?.live === false;
  const name = removed ? canonicalName(text) : knownVip(config, text);
  return {
    input: { ...config, vips: config.vips.filter((vip) => vipName(vip) !== name) },
    flushes: flush ? [{ vip: name }] : [],
    place: "",
  };
}
