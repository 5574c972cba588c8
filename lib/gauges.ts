/**
 * Counters that tell what is there now: they go down, too, and have no rate.
 *
 * @module
 */
const GAUGES = new Set(["flows", "return_flows", "held_fragment"]);

/** Whether the counter of that name is a gauge. */
export function isGauge(name: string): boolean {
  return GAUGES.has(name);
}
