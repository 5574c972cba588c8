/**
 * VIPs by page, and what of them is asked for.
 *
 * @module
 */
import type { ListQuery, VipsView } from "../question.ts";
import type { VipStatus } from "../status.ts";
import type { Running } from "../running.ts";
import { viewVip } from "../views.ts";
import { holder, pageOf } from "./paging.ts";
import { vipName } from "../vip_name.ts";

/** VIPs whose name, or whose servers' addresses, hold the text. @throws {RefusedError} 400 for no cursor */
export function listVips(running: Running, query: ListQuery = {}): VipsView {
  const holds = holder(query.search);
  const wanted = running.config.vips.filter((vip) =>
    holds(vipName(vip)) || vip.servers.some(({ address }) => holds(address))
  );
  const { page, ...place } = pageOf(wanted, vipName, query);
  return { vips: page.map((vip): VipStatus => viewVip(running, vip)), ...place };
}
