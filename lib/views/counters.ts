/**
 * Counter values by name.
 *
 * @module
 */
import type { Counters } from "../status.ts";
import type { CounterInfo } from "../dataplane.ts";
import { isGauge } from "../counter_names.ts";

/** Values under their names; counters without what was counted for the id's former owner. */
export function named(
  catalog: CounterInfo[],
  values: number[],
  baseline: number[] = [],
): Counters {
  return Object.fromEntries(
    catalog.map(({ name }, at) => {
      const before = isGauge(name) ? 0 : baseline[at] ?? 0;
      return [name, (values[at] ?? 0) - before];
    }),
  );
}

/** The sum of each. */
export function sum(all: Counters[]): Counters {
  const total: Counters = {};
  for (const counters of all) {
    for (const [name, value] of Object.entries(counters)) total[name] = (total[name] ?? 0) + value;
  }
  return total;
}
