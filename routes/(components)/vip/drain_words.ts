/**
 * What is left at a server that takes no new flows, and how long it will take; the same on the server and in the browser.
 *
 * @module
 */
import { duration, whole } from "../format.ts";

/** How flows went lately. */
export interface DrainPace {
  /** Seconds for which no packet came: all flows rest. */
  quiet: number;
  /** Seconds until none is left if they go on to end as they did; null: none ended. */
  rest: number | null;
}

/**
 * @param timeout Seconds that a flow is remembered after its last packet.
 * @param pace Null: nobody looked on.
 */
export function drainWords(flows: number, timeout: number, pace: DrainPace | null): string {
  if (flows === 0) return "no flow left: it may be removed";
  const left = `${whole(flows)} ${flows === 1 ? "flow" : "flows"} left`;
  if (pace === null) return `${left}; each ends ${duration(timeout)} after its last packet`;
  if (pace.quiet >= timeout) return `${left}, all due to end`;
  if (pace.quiet > 0) return `${left}, at rest: gone within ${duration(timeout - pace.quiet)}`;
  if (pace.rest !== null) return `${left}, about ${duration(pace.rest)} at this pace`;
  return `${left}, in use`;
}
