/**
 * Lists by page, and what of them is asked for. A page goes on behind the last entry of the one before, also when others
 * came or went meanwhile.
 *
 * @module
 */
import type { ListQuery, ServerQuery, ServersView, VipsView } from "../question.ts";
import type { ServerStatus, VipStatus } from "../status.ts";
import type { Running } from "../running.ts";
import { viewVip } from "../views.ts";
import { holds, pageOf } from "./paging.ts";
import { vipName } from "../vip_name.ts";

/** VIPs whose name, or whose servers' addresses, hold the text. @throws {RefusedError} 400 for no cursor */
export function listVips(running: Running, query: ListQuery = {}): VipsView {
  const { search = "" } = query;
  const wanted = running.config.vips.filter((vip) =>
    holds(vipName(vip), search) || vip.servers.some(({ address }) => holds(address, search))
  );
  const { page, cursor } = pageOf(wanted, vipName, query);
  return { vips: page.map((vip): VipStatus => viewVip(running, vip)), cursor };
}

/** Servers of all VIPs, those too that were removed and have flows. @throws {RefusedError} 400 for no cursor */
export function listServers(running: Running, query: ServerQuery = {}): ServersView {
  const { search = "", state, reachable } = query;
  const all = running.config.vips.flatMap((vip) => {
    const name = vipName(vip);
    const candidates = [...running.ids.vips.get(name)!.servers.keys()];
    if (!holds(name, search) && !candidates.some((address) => holds(address, search))) return [];
    // To look at a VIP's counters takes far longer than to find that nobody wants them.
    if (
      reachable !== undefined && !candidates.some((one) => isReached(running, one) === reachable)
    ) {
      return [];
    }
    return viewVip(running, vip).servers.map((server) => ({ vip: name, ...server }));
  });
  const wanted = all.filter((server) =>
    (holds(server.vip, search) || holds(server.address, search)) &&
    (state === undefined || server.state === state) &&
    (reachable === undefined || (server.next_hop !== null) === reachable)
  );
  const { page, cursor } = pageOf(wanted, nameOf, query);
  return { servers: page, cursor };
}

function isReached({ nextHops }: Running, address: string): boolean {
  return (nextHops.get(address)?.hop ?? null) !== null;
}

function nameOf({ vip, address }: ServerStatus & { vip: string }): string {
  return `${vip} ${address}`;
}
