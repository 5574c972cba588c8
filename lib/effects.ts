/**
 * What a change does to established flows, and to shares that the tables cannot give as they are wanted.
 *
 * @module
 */
import type { AffectedVip, Crowded, Effects, Flush } from "./change.ts";
import type { VipConfig } from "./config.ts";
import type { Built } from "./plan.ts";
import type { VipIds } from "./snapshot/slots.ts";
import { vipName } from "./vip_name.ts";

/** Fields that decide where packets of established flows go, or in what form. */
const FIELDS = ["encap", "target_port", "src_ip_sticky"] as const satisfies (keyof VipConfig)[];

/** A server that gets more than that many times its share is told. */
export const OVER = 1.25;

/**
 * @param flushes Whose flows are forgotten with the change.
 * @param flowsOf Flows of a slot id, remembered now.
 * @param over From how many times its share on a server is told; of VIPs that are added or changed.
 */
export function findEffects(
  before: Built,
  after: Built,
  flushes: readonly Flush[],
  flowsOf: (slot: number) => number,
  over: number = OVER,
): Effects {
  const now = new Map(after.config.vips.map((vip) => [vipName(vip), vip]));
  const old = new Map(before.config.vips.map((vip) => [vipName(vip), vip]));
  const vips = [...before.ids.vips].flatMap(([name, ids]): AffectedVip[] => {
    const reason = reasonOf(old.get(name), now.get(name));
    const flushed = flushes.filter(({ vip }) => vip === name);
    const hit = reason === null ? serversOf(ids, flushed) : [...ids.servers.values()];
    const affected = hit.reduce((sum, { slot }) => sum + flowsOf(slot), 0);
    if (affected === 0) return [];
    const flows = [...ids.servers.values()].reduce((sum, { slot }) => sum + flowsOf(slot), 0);
    return [{ vip: name, flows, flows_affected: affected, reason: reason ?? "flushed" }];
  });
  return {
    flows_affected: vips.reduce((sum, { flows_affected }) => sum + flows_affected, 0),
    vips,
    crowded: [...now].flatMap(([name, vip]) =>
      before.tables.get(name) === after.tables.get(name) ? [] : crowdedOf(name, vip, after, over)
    ),
  };
}

/** Why all flows of the VIP are affected; null: they go on. */
function reasonOf(was: VipConfig | undefined, vip: VipConfig | undefined) {
  if (was === undefined) return null; // removed before: what it has left goes on
  if (vip === undefined) return "removed";
  return FIELDS.find((field) => was[field] !== vip[field]) ?? null;
}

function serversOf(ids: VipIds, flushes: Flush[]) {
  const whole = flushes.some(({ address }) => address === undefined);
  const addresses = new Set(flushes.map(({ address }) => address));
  return [...ids.servers.values()].filter(({ address }) => whole || addresses.has(address));
}

function crowdedOf(name: string, vip: VipConfig, { ids, tables }: Built, over: number): Crowded[] {
  const { table, counts, down, failOpen } = tables.get(name)!;
  const { servers } = ids.vips.get(name)!;
  // Those that are down leave their share to the others.
  const taking = vip.servers.filter(({ address }) => failOpen || !down.has(address));
  const weights = taking.reduce((sum, { weight }) => sum + weight, 0);
  return taking.flatMap(({ address, weight }) => {
    const wanted = weight / weights;
    const got = (counts.get(servers.get(address)!.slot) ?? 0) / table.length;
    const times = got / wanted;
    return weight > 0 && times > over ? [{ vip: name, address, wanted, got, times }] : [];
  });
}
