/**
 * What runs now: the committed configuration with all that was made from it.
 *
 * @module
 */
import type { Baselines } from "./views/baselines.ts";
import type { TableBaselines } from "./views/table_baselines.ts";
import type { Dataplane } from "./dataplane.ts";
import type { FlowMemory } from "./flow_memory.ts";
import type { HealthBook } from "./health/book.ts";
import type { NextHops } from "./next_hops.ts";
import type { Built } from "./plan.ts";
import type { Ports } from "./ports.ts";

/** Never changed: a commit makes a new one. */
export interface Running extends Built {
  revision: number;
  ports: Ports;
  nextHops: NextHops;
  /** Addresses of this machine's kernel that nat servers may send to. */
  own: readonly string[];
  baselines: Baselines;
  tableBaselines: TableBaselines;
  health: HealthBook;
  dataplane: Dataplane;
  /** Null: flows end with the program. */
  memory: FlowMemory | null;
}
