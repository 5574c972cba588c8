/**
 * What a change moves, counted from outside: by REST, before and after it.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { FlowView } from "../../lib/question.ts";
import { VIP } from "./lab_console.ts";
import type { Site } from "./lab_site.ts";

/** Whose each slot is. */
export async function holders({ api }: Site): Promise<string[]> {
  const { servers, part } = await api.table(VIP, { from: 0 });
  return part!.servers.map((place) => servers[place]!.address);
}

/** Which server each client's flow is with. */
export async function flows({ api }: Site): Promise<Map<string, FlowView>> {
  const { flows } = await api.flows({ vip: VIP, limit: 10_000 });
  return new Map(flows.map((flow) => [flow.source, flow]));
}

/** How many are with another server after than before. */
export function movedSlots(before: string[], after: string[]): number {
  assert.equal(before.length, after.length);
  return before.filter((address, slot) => address !== after[slot]).length;
}

/** The same; those that are forgotten count, too. */
export function movedFlows(before: Map<string, FlowView>, after: Map<string, FlowView>): number {
  return [...before].filter(([source, { server }]) => after.get(source)?.server !== server).length;
}
