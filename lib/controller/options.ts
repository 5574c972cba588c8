import type { Dataplane } from "../dataplane.ts";
import type { FlowMemory } from "../flow_memory.ts";
import type { Kernel } from "../next_hops/kernel.ts";
import type { Store } from "../store.ts";
import type { Before } from "./start.ts";
import type { GivenConfig } from "./start_config.ts";

/** What a controller is given. It closes none of it. */
export interface ControllerOptions {
  /** Opened with the workers that the configuration wants; a simulation will do for all but traffic. */
  dataplane: Dataplane;
  /** Null: nothing is stored. */
  store: Store | null;
  /** Opened for the data plane. Without it flows end with the program. */
  memory?: FlowMemory | null;
  /** The truth at this start; without it, or where it cannot run, the newest stored revision goes on. */
  config?: GivenConfig;
  /** What else is to be known of the start, in sentences. */
  notes?: readonly string[];
  /** It is the wanted configuration or none: no older one helps out. */
  strict?: boolean;
  /** What is there already: ports that were opened ahead, and whose the flows are that no folder holds. */
  before?: Before;
  /** Where next hops come from. Null: only fixed ones count, which is also so for a simulation unless given. */
  kernel?: Kernel | null;
  /** Whether the kernel is followed by itself; not for a simulation unless given. */
  follow?: boolean;
  /** Whether servers' health is checked; not for a simulation unless given. */
  check?: boolean;
}
