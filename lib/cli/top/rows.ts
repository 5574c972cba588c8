/**
 * The rows of the list that is shown, sorted.
 *
 * @module
 */
import type { ServerStatus } from "../../status.ts";
import { rateOf } from "../rates.ts";
import type { Facts } from "./facts.ts";
import type { Sort, View } from "./view.ts";
import type { VipRow } from "./vip_pages.ts";

/** A server as a row. Shares are 0 to 1; rates per second, null: not known. */
export interface ServerRow {
  name: string;
  state: string;
  weight: number;
  wanted: number;
  got: number;
  flows: number;
  packets: number | null;
  bits: number | null;
  /** Where its packets leave, or why they do not; why it is down. */
  way: string;
}

/** VIPs in the order that is wanted. */
export function vipRows({ vips }: Facts, { sort }: View): VipRow[] {
  return sorted(vips, sort);
}

/** Servers of the VIP that is open; none until it was looked at. */
export function serverRows({ open, openBefore }: Facts, view: View): ServerRow[] {
  if (open === null || open.value.name !== view.open) return [];
  const { servers } = open.value;
  const serving = servers.filter(({ state }) => state !== "removed");
  const weights = serving.reduce((sum, { weight }) => sum + weight, 0);
  const slots = servers.reduce((sum, { slots }) => sum + slots, 0);
  const past = new Map(openBefore?.value.servers.map((one) => [one.address, one.counters]));
  const rows = servers.map((server) => {
    const now = { counters: server.counters, at: open.at };
    const old = past.get(server.address);
    const before = old === undefined || openBefore === null
      ? null
      : { counters: old, at: openBefore.at };
    const bytes = rateOf(now, before, "bytes");
    return {
      name: server.address,
      // Who takes new flows in vain.
      state: stateWord(server),
      weight: server.weight,
      wanted: weights === 0 || server.state === "removed" ? 0 : server.weight / weights,
      got: slots === 0 ? 0 : server.slots / slots,
      flows: server.counters.flows ?? 0,
      packets: rateOf(now, before, "packets"),
      bits: bytes === null ? null : bytes * 8,
      way: wayOf(server),
    };
  });
  return sorted(rows, view.sort);
}

function wayOf({ next_hop, reason, health }: ServerStatus): string {
  if (next_hop === null) return `no next hop: ${reason ?? "not known"}`;
  if (health.state === "down" && health.reason !== null) return health.reason;
  return `${next_hop.mac} on ${next_hop.interface}`;
}

interface Sortable {
  name: string;
  flows: number;
  packets: number | null;
  bits: number | null;
}

/** The largest first; what is equal stays as it was. */
function sorted<T extends Sortable>(rows: T[], sort: Sort): T[] {
  if (sort === "order") return rows;
  if (sort === "name") return rows.toSorted((a, b) => a.name < b.name ? -1 : 1);
  return rows.toSorted((a, b) => (b[sort] ?? -1) - (a[sort] ?? -1));
}

function stateWord(server: ServerStatus): string {
  if (server.state !== "active") return server.state;
  if (server.next_hop === null) return "no hop";
  return server.health.state === "down" ? "down" : server.state;
}
