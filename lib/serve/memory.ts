import { DataplaneError, type RealDataplane } from "../dataplane.ts";
import { FlowMemory } from "../flow_memory.ts";
import { noteOwner, removeLeftovers } from "../flow_memory/leftovers.ts";
import { log } from "../log.ts";
import type { NextHops } from "../next_hops.ts";
import { defaultFlowMemory } from "../paths.ts";
import type { ServeOptions } from "./options.ts";

/**
 * Opens the folder of established connections. Where the usual one cannot be used, flows end with the program, which
 * says so.
 *
 * @param strict Then it is an error.
 * @param known Next hops that the process before knew, where this one forwards by what that had committed.
 * @throws {DataplaneError} when the folder is one that was asked for, or another program uses it
 */
export async function openMemory(
  dataplane: RealDataplane,
  { flowMemory, stateDirectory }: ServeOptions,
  strict: boolean,
  known?: NextHops,
): Promise<FlowMemory | null> {
  if (flowMemory === null) return null;
  const state = Deno.realPathSync(stateDirectory);
  const folder = flowMemory ?? await defaultFlowMemory(state);
  try {
    const memory = await FlowMemory.open(dataplane, folder, known);
    if (flowMemory === undefined) {
      noteOwner(folder, state);
      removeLeftovers(folder);
    }
    return memory;
  } catch (error) {
    if (strict || flowMemory !== undefined || !(error instanceof DataplaneError)) throw error;
    log("flows_not_kept", { reason: error.message });
    return null;
  }
}
