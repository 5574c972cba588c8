/**
 * How many flows had begun at each server when its VIP's new-connection table became what it is: what came since is
 * what the table gave, and can be held against what it should give.
 *
 * @module
 */
import type { CounterCatalog, Dataplane } from "../dataplane.ts";
import type { Built } from "../plan.ts";
import type { ServerIds } from "../snapshot/slots.ts";

/** Of one table. */
export interface TableBaseline {
  /** When it became what it is, as `Date.toISOString` writes it. */
  since: string;
  /** By slot id, as the data plane counts; one that is missing stood at 0. */
  newFlows: ReadonlyMap<number, number>;
}

/** By the VIP's name. */
export type TableBaselines = ReadonlyMap<string, TableBaseline>;

/** Those of `now`: kept for tables that `old` had already. To be called right behind the commit. */
export function nextTableBaselines(
  dataplane: Dataplane,
  baselines: TableBaselines,
  old: Pick<Built, "tables">,
  now: Pick<Built, "tables" | "ids">,
): TableBaselines {
  if (old.tables === now.tables) return baselines;
  const since = new Date().toISOString();
  return new Map([...now.tables].map(([name, table]) => {
    const known = old.tables.get(name) === table ? baselines.get(name) : undefined;
    return [name, known ?? { since, newFlows: newFlowsOf(dataplane, now.ids.vips.get(name)) }];
  }));
}

function newFlowsOf(
  dataplane: Dataplane,
  vip: { servers: ReadonlyMap<string, ServerIds> } | undefined,
): Map<number, number> {
  const slots = [...vip?.servers.values() ?? []].map(({ slot }) => slot);
  return new Map(
    slots.map((slot) => [slot, newFlows(dataplane.catalog, dataplane.serverCounters(slot))]),
  );
}

/**
 * Flows that began at the server since its VIP's table became what it is.
 *
 * @param values What the data plane counts of the slot.
 */
export function flowsByTable(
  catalog: CounterCatalog,
  values: readonly number[],
  baseline: TableBaseline | undefined,
  slot: number,
): number {
  return newFlows(catalog, values) - (baseline?.newFlows.get(slot) ?? 0);
}

function newFlows({ server }: CounterCatalog, values: readonly number[]): number {
  return values[server.findIndex(({ name }) => name === "new_flows")] ?? 0;
}
