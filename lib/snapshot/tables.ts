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
}

/** By VIP name. */
export type Tables = ReadonlyMap<string, VipTable>;

/** Builds what is not in `previous` already. */
export function buildTables(config: Config, ids: Ids, previous: Tables): Tables {
  const tables = new Map<string, VipTable>();
  for (const vip of config.vips) {
    const name = vipName(vip);
    const vipIds = ids.vips.get(name);
    if (vipIds === undefined) throw new Error(`VIP ${name} has no id`);
    const key = tableKey(vip, vipIds);
    const before = previous.get(name);
    tables.set(name, before?.key === key ? before : buildVipTable(vip, vipIds, key));
  }
  return tables;
}

function tableKey(vip: VipConfig, ids: VipIds): string {
  const servers = vip.servers.map(({ address, weight }) =>
    `${address} ${weight} ${slotOf(ids, address)}`
  );
  return [vip.new_len, ...servers].join("\n");
}

function buildVipTable(vip: VipConfig, ids: VipIds, key: string): VipTable {
  const slots = vip.servers.map(({ address }) => slotOf(ids, address));
  const servers = vip.servers.map(({ address, weight }) => ({
    address: parseAddress(address).bytes,
    weight,
  }));
  const table = buildTable(servers, vip.new_len).map((index) => slots[index]!);
  const counts = new Map<number, number>();
  for (const slot of table) counts.set(slot, (counts.get(slot) ?? 0) + 1);
  return { key, table, counts };
}

function slotOf(ids: VipIds, address: string): number {
  const server = ids.servers.get(address);
  if (server === undefined) throw new Error(`server ${address} has no slot id`);
  return server.slot;
}
