/**
 * A change before it happens: what would run, and what that does.
 *
 * @module
 */
import type { Caller } from "../caller.ts";
import type { Applied, ApplyOptions, DirectChange } from "../change.ts";
import { findEffects } from "../effects.ts";
import { makePlan } from "../plan.ts";
import type { Running } from "../running.ts";
import { tableChanges } from "../table_changes.ts";
import { build } from "./commit.ts";
import { flowsOf } from "./slot_flows.ts";
import { requireMay, validate, type Validated } from "./validate.ts";

/** A change that can be carried out. */
export interface Prepared extends Validated {
  built: ReturnType<typeof build>;
  /** What its asker hears of it. */
  told: Pick<Applied, "plan" | "effects" | "store_problem" | "tables">;
}

/** Changes nothing. @throws {RefusedError} */
export function prepare(
  running: Running,
  change: DirectChange,
  caller: Caller,
  { over, bins }: ApplyOptions,
): Prepared {
  const validated = validate(running, change);
  const { config, flushes } = validated;
  const built = build(running, config, flushes);
  const plan = makePlan(running, built);
  requireMay(caller, plan);
  const effects = findEffects(running, built, flushes, flowsOf(running.dataplane), over);
  const tables = bins === undefined ? {} : { tables: tableChanges(running, built, bins) };
  return { ...validated, built, told: { plan, effects, store_problem: null, ...tables } };
}
