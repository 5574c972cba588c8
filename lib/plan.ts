/**
 * What a change does: the difference between two configurations and their tables.
 *
 * @module
 */
import type { Plan, VipPlan } from "./change.ts";
import type { Config, ServerConfig, VipConfig } from "./config.ts";
import type { Ids, VipIds } from "./snapshot/slots.ts";
import type { Tables } from "./snapshot/tables.ts";
import { vipName } from "./vip_name.ts";

/** Fields of a VIP besides its name and its servers. */
const FIELDS = [
  "encap",
  "new_len",
  "type",
  "target_port",
  "node_port",
  "dscp",
  "src_ip_sticky",
  "ttl",
  "df",
  "icmp_echo",
  "health",
] as const satisfies (keyof VipConfig)[];

/** A configuration with the ids and tables that it has or would have. */
export interface Built {
  config: Config;
  ids: Ids;
  tables: Tables;
}

/** The difference; VIPs and servers that did not change are left out. */
export function makePlan(before: Built, after: Built): Plan {
  const old = byName(before.config);
  const now = byName(after.config);
  const vips: VipPlan[] = [];
  for (const [name, vip] of now) {
    const was = old.get(name);
    const plan = was && planVip(name, was, vip, before, after);
    if (plan && !isEmpty(plan)) vips.push(plan);
  }
  return {
    added: [...now.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)),
    vips,
    interfaces_added: without(after.config.interfaces, before.config.interfaces),
    interfaces_removed: without(before.config.interfaces, after.config.interfaces),
    settings: changedSettings(before.config, after.config),
  };
}

/** Whether a plan changes nothing. */
export function isNothing(plan: Plan): boolean {
  const { added, removed, vips, interfaces_added, interfaces_removed, settings } = plan;
  return [added, removed, vips, interfaces_added, interfaces_removed, settings]
    .every((list) => list.length === 0);
}

function without(these: object, those: object): string[] {
  return Object.keys(these).filter((name) => !Object.hasOwn(those, name));
}

function byName(config: Config): Map<string, VipConfig> {
  return new Map(config.vips.map((vip) => [vipName(vip), vip]));
}

function planVip(
  name: string,
  was: VipConfig,
  vip: VipConfig,
  before: Built,
  after: Built,
): VipPlan {
  const old = weights(was.servers);
  const now = weights(vip.servers);
  const moves = slotsMoved(name, before, after);
  return {
    vip: name,
    added: [...now.keys()].filter((address) => !old.has(address)),
    removed: [...old.keys()].filter((address) => !now.has(address)),
    reweighted: [...now].flatMap(([address, to]) => {
      const from = old.get(address);
      return from === undefined || from === to ? [] : [{ address, from, to }];
    }),
    changed: FIELDS.filter((field) => !same(was[field], vip[field])),
    ...moves,
    share: moves.slots === 0 ? 0 : moves.slots_moved / moves.slots,
  };
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function isEmpty(plan: VipPlan): boolean {
  return plan.added.length + plan.removed.length + plan.reweighted.length + plan.changed.length +
      plan.slots_moved === 0;
}

function weights(servers: readonly ServerConfig[]): Map<string, number> {
  return new Map(servers.map(({ address, weight }) => [address, weight]));
}

/**
 * Slots that lead to another address than before. Tables of different length are compared at the larger one's
 * length: a hash that points at slot i of the larger points at slot i modulo its length of the smaller.
 */
function slotsMoved(
  name: string,
  before: Built,
  after: Built,
): { slots_moved: number; slots: number } {
  const old = before.tables.get(name)!;
  const now = after.tables.get(name)!;
  const slots = Math.max(old.table.length, now.table.length);
  if (old === now) return { slots_moved: 0, slots };
  const { table: a } = old;
  const { table: b } = now;
  if (a.length === 0 || b.length === 0) return { slots_moved: slots, slots };
  const same = sameAddress(before.ids.vips.get(name)!, after.ids.vips.get(name)!);
  let moved = 0;
  for (let slot = 0; slot < slots; slot++) {
    if (same.get(a[slot & (a.length - 1)]!) !== b[slot & (b.length - 1)]) moved++;
  }
  return { slots_moved: moved, slots };
}

/** The old slot id of an address → its new one. */
function sameAddress(old: VipIds, now: VipIds): Map<number, number> {
  const pairs = new Map<number, number>();
  for (const [address, { slot }] of old.servers) {
    const other = now.servers.get(address);
    if (other !== undefined) pairs.set(slot, other.slot);
  }
  return pairs;
}

function changedSettings(old: Config, now: Config): string[] {
  const paths = [...changedFields("conf", old.conf, now.conf)];
  if (old.workers !== now.workers) paths.push("workers");
  const both = Object.entries(now.interfaces).filter(([name]) =>
    Object.hasOwn(old.interfaces, name)
  );
  return [
    ...paths,
    ...both.filter(([name, port]) => !same(port, old.interfaces[name]))
      .map(([name]) => `interfaces.${name}`),
  ];
}

function changedFields(path: string, old: object, now: object): string[] {
  const a = new Map<string, unknown>(Object.entries(old));
  const b = new Map<string, unknown>(Object.entries(now));
  const names = new Set([...a.keys(), ...b.keys()]);
  return [...names].filter((name) => JSON.stringify(a.get(name)) !== JSON.stringify(b.get(name)))
    .map((name) => `${path}.${name}`);
}
