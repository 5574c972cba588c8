/**
 * How a server is, in one word: what counts most of its state, its next hop and its health.
 *
 * @module
 */

/**
 * - `up`: gets new flows, as far as anybody knows.
 * - `draining`: has weight 0; keeps its flows.
 * - `down`: its health check says so.
 * - `no_next_hop`: nothing can be sent to it.
 * - `removed`: keeps its flows until they end.
 */
export const CONDITIONS = ["up", "draining", "down", "no_next_hop", "removed"] as const;
export type Condition = (typeof CONDITIONS)[number];

/** How many servers are how. */
export type ConditionCounts = Record<Condition, number>;

/** What of a server as it runs counts. */
interface Facts {
  state: "active" | "draining" | "removed";
  next_hop: unknown;
  health: { state: string };
}

/** What cannot be sent to counts before what a check says, and that before its weight. */
export function conditionOf({ state, next_hop, health }: Facts): Condition {
  return condition(state, next_hop !== null, health.state === "down");
}

/** The same of its parts. */
export function condition(
  state: Facts["state"],
  reachable: boolean,
  isDown: boolean,
): Condition {
  if (state === "removed") return "removed";
  if (!reachable) return "no_next_hop";
  if (isDown) return "down";
  return state === "draining" ? "draining" : "up";
}

/** Counts them. */
export function countConditions(conditions: Iterable<Condition>): ConditionCounts {
  const counts = { up: 0, draining: 0, down: 0, no_next_hop: 0, removed: 0 };
  for (const one of conditions) counts[one]++;
  return counts;
}
