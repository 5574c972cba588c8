/**
 * What servers' health does to the tables.
 *
 * @module
 */
import type { Flush } from "../change.ts";
import type { Running } from "../running.ts";
import { assignIds } from "../snapshot/slots.ts";
import { buildTables, type IsDown, type Tables } from "../snapshot/tables.ts";
import { vipName } from "../vip_name.ts";
import { recommit } from "./commit.ts";

/**
 * Commits tables that leave out the servers that are down now, where those in force do not. No revision: health is not
 * configuration. The same object where nothing is to be done.
 *
 * @throws {RefusedError} 409
 */
export async function settle(running: Running): Promise<Running> {
  const { config, ids, health } = running;
  const isDown: IsDown = (vip, address) => health.isDown(vip, address);
  const tables = buildTables(config, ids, running.tables, isDown);
  if ([...tables].every(([name, table]) => running.tables.get(name) === table)) return running;
  const flushes = flushesOf(running, tables);
  if (flushes.length === 0) return await recommit(running, { tables });
  const fresh = assignIds(ids, config, flushes);
  return await recommit(running, {
    ids: fresh,
    tables: buildTables(config, fresh, tables, isDown),
  });
}

/** Servers that are out only now, of VIPs that want their flows forgotten then. */
function flushesOf({ config, tables: before }: Running, tables: Tables): Flush[] {
  return config.vips.filter(({ health }) => health?.on_down === "flush").flatMap((vip) => {
    const name = vipName(vip);
    const { down, failOpen } = tables.get(name)!;
    // Where else should they go?
    if (failOpen) return [];
    const was = before.get(name);
    const out = (address: string) => was !== undefined && !was.failOpen && was.down.has(address);
    return [...down].filter((address) => !out(address)).map((address) => ({ vip: name, address }));
  });
}
