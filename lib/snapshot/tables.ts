/**
 * The new-connection tables of all VIPs; those whose servers did not change are taken over as they are.
 *
 * @module
 */
import type { Config, VipConfig } from "../config.ts";
import { buildTable } from "../maglev.ts";
import { parseAddress } from "../net.ts";
import type { Ids, VipIds } from "./slots.ts";
import { vipName } from "../vip_name.ts";

/** One VIP's table. */
export interface VipTable {
  /** All that the table follows from. */
  key: string;
  /** Slot ids. Empty: no server has a weight. */
  table: Uint32Array;
  /** How many slots lead to a slot id. */
  counts: ReadonlyMap<number, number>;
  /** Servers that are down, by address. */
  down: ReadonlySet<string>;
  /** All that could serve are down, and so none is left out. */
  failOpen: boolean;
}

/** By VIP name. */
export type Tables = ReadonlyMap<string, VipTable>;

/**
 * Builds what is not in `previous` already.
 *
 * Servers that are down are left out, so that new flows go to the others; their configured weight stays what it is, and
 * flows that are remembered stay with them, as health is not their business. When all are down, all are left in (fail
 * open): then it is likelier that the checks are wrong (a firewall, a forgotten path) than all servers, and where they
 * are right nobody loses anything.
 *
 * @param isDown Those that the tables before left out, unless given.
 */
export function buildTables(
  config: Config,
  ids: Ids,
  previous: Tables,
  isDown: IsDown = (vip, address) => previous.get(vip)?.down.has(address) ?? false,
): Tables {
  const tables = new Map<string, VipTable>();
  for (const vip of config.vips) {
    const name = vipName(vip);
    const vipIds = ids.vips.get(name);
    if (vipIds === undefined) throw new Error(`VIP ${name} has no id`);
    const down = downOf(vip, (address) => isDown(name, address));
    const key = tableKey(vip, vipIds, down);
    const before = previous.get(name);
    tables.set(name, before?.key === key ? before : buildVipTable(vip, vipIds, key, down));
  }
  return tables;
}

/** Whether a server of a VIP is down, by name and address. */
export type IsDown = (vip: string, address: string) => boolean;

function downOf(vip: VipConfig, isDown: (address: string) => boolean): Set<string> {
  const { health, servers } = vip;
  if (health === undefined) return new Set();
  return new Set(servers.map(({ address }) => address).filter(isDown));
}

function tableKey(vip: VipConfig, ids: VipIds, down: ReadonlySet<string>): string {
  const servers = vip.servers.map(({ address, weight }) =>
    `${address} ${weight} ${slotOf(ids, address)}${down.has(address) ? " down" : ""}`
  );
  return [vip.new_len, ...servers].join("\n");
}

function buildVipTable(
  vip: VipConfig,
  ids: VipIds,
  key: string,
  down: ReadonlySet<string>,
): VipTable {
  const able = vip.servers.filter(({ weight }) => weight > 0);
  const failOpen = able.length > 0 && able.every(({ address }) => down.has(address));
  const slots = vip.servers.map(({ address }) => slotOf(ids, address));
  const servers = vip.servers.map(({ address, weight }) => ({
    address: parseAddress(address).bytes,
    weight: down.has(address) && !failOpen ? 0 : weight,
  }));
  const table = buildTable(servers, vip.new_len, slots);
  const counts = new Map<number, number>();
  for (const slot of table) counts.set(slot, (counts.get(slot) ?? 0) + 1);
  return { key, table, counts, down, failOpen };
}

function slotOf(ids: VipIds, address: string): number {
  const server = ids.servers.get(address);
  if (server === undefined) throw new Error(`server ${address} has no slot id`);
  return server.slot;
}
