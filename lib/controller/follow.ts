/**
 * What changes by itself: next hops, what routers say of their links, addresses of the machine, flows that ended.
 *
 * @module
 */
import { sameHops } from "../next_hops.ts";
import type { Running } from "../running.ts";
import { type Ids, imageServers, retireIds } from "../snapshot/slots.ts";
import { lookAround, lookAtSelf, recommit, type Surroundings } from "./commit.ts";
import { entriesOf } from "./slot_flows.ts";

/** What was found. */
export interface Followed {
  nextHops: Running["nextHops"];
  /** Puts it into force, where it is something else than what runs. */
  commit(): Promise<Running>;
}

/** Looks at the kernel and at the tables. @throws {Error} when they cannot be asked */
export async function followKernel(running: Running, around: Surroundings): Promise<Followed> {
  const ids = await retire(running);
  const servers = new Set([...imageServers(ids)].map(({ address }) => address));
  around.paths.learn(running.dataplane.pathMtus(), servers, Date.now());
  const nextHops = await lookAround(around, { config: running.config, ids }, running.nextHops);
  const own = lookAtSelf(around, running.config, running.own);
  const same = sameHops(running.nextHops, nextHops) && own === running.own && ids === running.ids;
  return {
    nextHops,
    commit: async () =>
      same ? { ...running, nextHops } : await recommit(running, { ids, nextHops, own }),
  };
}

/** As long as flows are there that no counter counts, every server may have some. */
async function retire({ ids, dataplane, memory }: Running): Promise<Ids> {
  const uncounted = memory !== null && await dataplane.settleFlowMemory();
  return uncounted ? ids : retireIds(ids, entriesOf(dataplane));
}
