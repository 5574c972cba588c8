/**
 * From a configuration to running tables: ids, tables, ports, next hops, snapshot, commit. Either all of it
 * happens, or what ran before goes on untouched.
 *
 * @module
 */
import type { Flush } from "../change.ts";
import { nextBaselines, NO_BASELINES } from "../views/baselines.ts";
import { nextTableBaselines, type TableBaselines } from "../views/table_baselines.ts";
import { RefusedError } from "../refused.ts";
import type { Config } from "../config.ts";
import { type Dataplane, DataplaneError } from "../dataplane.ts";
import type { HealthBook } from "../health/book.ts";
import type { Kernel } from "../next_hops/kernel.ts";
import type { FlowMemory } from "../flow_memory.ts";
import type { NextHops } from "../next_hops.ts";
import type { PathMtus } from "../next_hops/path_mtus.ts";
import { findSettledNextHops } from "../next_hops/settled.ts";
import type { Built } from "../plan.ts";
import { closePorts, openPorts, removedPorts } from "../ports.ts";
import type { Running } from "../running.ts";
import { assignIds, type Ids, imageServers, NO_IDS } from "../snapshot/slots.ts";
import { buildSnapshot } from "../snapshot.ts";
import { buildTables } from "../snapshot/tables.ts";

/** Where next hops come from. */
export interface Surroundings {
  /** Null: only fixed ones count. */
  kernel: Kernel | null;
  paths: PathMtus;
  /** What was found a moment ago, in place of asking. */
  found?: NextHops | undefined;
}

/** What stands before the first commit. */
export function nothingRunning(
  dataplane: Dataplane,
  config: Config,
  revision: number,
  health: HealthBook,
  memory: FlowMemory | null = null,
): Running {
  return {
    revision,
    config: { ...config, interfaces: {}, vips: [] },
    ids: memory?.found.ids ?? NO_IDS,
    tables: new Map(),
    ports: new Map(),
    nextHops: memory?.nextHops ?? new Map(),
    own: [],
    baselines: NO_BASELINES,
    tableBaselines: new Map(),
    health,
    dataplane,
    memory,
  };
}

/** Ids and tables that a configuration would have; touches nothing. */
export function build(running: Running, config: Config, flushes: readonly Flush[]): Built {
  const ids = assignIds(running.ids, config, flushes);
  return { config, ids, tables: buildTables(config, ids, running.tables) };
}

/**
 * Makes it run.
 *
 * @throws {RefusedError} 409 when a device cannot be opened or the data plane refuses the tables.
 */
export async function commit(
  running: Running,
  built: Built,
  revision: number,
  around: Surroundings,
): Promise<Running> {
  const { dataplane, memory } = running;
  const known = memory?.found.ports;
  const { ports, fresh } = await openPorts(dataplane, built.config, running.ports, known);
  try {
    const nextHops = await lookAround(around, built, running.nextHops);
    const owners = { ids: built.ids, ports };
    const baselines = nextBaselines(dataplane, running.baselines, running, owners);
    const { health } = running;
    const own = lookAtSelf(around, built.config, running.own);
    const next = {
      ...built,
      revision,
      ports,
      nextHops,
      own,
      baselines,
      tableBaselines: running.tableBaselines,
      health,
      dataplane,
      memory,
    };
    await commitTables(next);
    await closePorts(dataplane, removedPorts(running.ports, ports));
    return { ...next, tableBaselines: tableBaselinesOf(running, next) };
  } catch (error) {
    await closePorts(dataplane, fresh);
    throw error;
  }
}

/** Puts the same configuration into force again, with something that changed by itself. @throws {RefusedError} 409 */
export async function recommit(
  running: Running,
  changed: Partial<Pick<Running, "ids" | "tables" | "nextHops" | "own" | "ports">>,
): Promise<Running> {
  const next = { ...running, ...changed };
  const { dataplane } = running;
  const baselines = nextBaselines(dataplane, running.baselines, running, next);
  await commitTables(next);
  return { ...next, baselines, tableBaselines: tableBaselinesOf(running, next) };
}

/** The next hops of all servers in the image; `before`: what was found last. */
export async function lookAround(
  { kernel, paths, found }: Surroundings,
  { config, ids }: { config: Config; ids: Ids },
  before: NextHops,
): Promise<NextHops> {
  if (found !== undefined) return found;
  const addresses = [...imageServers(ids)].map(({ address }) => address);
  return paths.narrow(
    await findSettledNextHops(kernel, config.interfaces, addresses, before),
  );
}

/** The machine's own addresses, where packets of nat servers are taken back at all; `before` while nobody can tell. */
export function lookAtSelf(
  { kernel }: Surroundings,
  { interfaces }: Config,
  before: readonly string[],
): readonly string[] {
  if (kernel === null || Object.values(interfaces).every(({ snat }) => snat.length === 0)) {
    return [];
  }
  try {
    const own = kernel.own();
    return own.join() === before.join() ? before : own;
  } catch {
    return before;
  }
}

async function commitTables(running: Running): Promise<void> {
  const forget = tellMeaning(running);
  try {
    await running.dataplane.commit(buildSnapshot(running));
    running.memory?.keep(running);
  } catch (error) {
    forget();
    if (!(error instanceof DataplaneError)) throw error;
    throw new RefusedError(409, [{ path: "", message: error.message }]);
  }
}

/** What slot ids mean is known before a flow can hold one, whenever the program ends. */
function tellMeaning({ memory, ids, ports }: Running): () => void {
  try {
    return memory?.write(ids, ports) ?? (() => {});
  } catch (error) {
    const message = `cannot keep established connections for the next start: ${String(error)}`;
    throw new RefusedError(409, [{ path: "", message }]);
  }
}

/** Right behind a commit. */
function tableBaselinesOf(before: Running, now: Running): TableBaselines {
  return nextTableBaselines(now.dataplane, before.tableBaselines, before, now);
}
