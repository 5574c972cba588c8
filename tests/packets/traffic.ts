/**
 * Many flows at once, and who got them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { simulate } from "../../ffi/mod.ts";
import type { FrameResult, Simulation, Snapshot } from "../../lib/dataplane.ts";
import { frame } from "./frame.ts";

/** The first frame of flow `i` to an address; every flow has another port, and every 50,000 another client. */
export function flow(i: number, to = "90.1.2.3"): Uint8Array {
  const client = Math.floor(i / 50_000);
  const from = to.includes(":") ? `2001:db8:77::${client}` : `203.0.113.${client}`;
  return frame({ from, to, sport: 10_000 + i % 50_000, dport: 80 });
}

/** First frames of many flows. */
export function flows(count: number, to?: string): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => flow(i, to));
}

/** Sends frames that all have to be forwarded, and gives the results. */
export function send(simulation: Simulation, frames: Uint8Array[]): FrameResult[] {
  const results = simulation.frames(frames);
  for (const { verdict } of results) assert.equal(verdict, "forwarded");
  return results;
}

/** Slot ids that took the frames. */
export function takers(results: FrameResult[]): number[] {
  return results.map(({ server }) => server ?? 0);
}

/** A worker's counters by name. */
export function counters(simulation: Simulation): Record<string, number> {
  const values = simulation.workerCounters(0);
  return Object.fromEntries(simulation.catalog.worker.map(({ name }, i) => [name, values[i]!]));
}

/** A VIP's counters by name. */
export function vipCounters(simulation: Simulation, id: number): Record<string, number> {
  const values = simulation.vipCounters(id);
  return Object.fromEntries(simulation.catalog.vip.map(({ name }, i) => [name, values[i]!]));
}

/** A server's counters by name. */
export function serverCounters(simulation: Simulation, slot: number): Record<string, number> {
  const values = simulation.serverCounters(slot);
  return Object.fromEntries(simulation.catalog.server.map(({ name }, i) => [name, values[i]!]));
}

/** A test with a simulation whose tables are committed. */
export function steeringTest(
  sentence: string,
  tables: Snapshot,
  act: (simulation: Simulation) => void | Promise<void>,
): void {
  Deno.test(sentence, async () => {
    await using simulation = simulate();
    await simulation.commit(tables);
    await act(simulation);
  });
}
