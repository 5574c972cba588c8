import type { Told, Topic } from "../events.ts";
import { describePlan } from "./plan.ts";

/** An event in words, with the time of day (UTC). */
export function lineOf<T extends Topic>(topic: T, data: Told[T]): string {
  const when = "at" in data ? data.at : new Date().toISOString();
  return `${when.slice(11, 19)}  ${topic.padEnd(9)}  ${TEXTS[topic](data)}`;
}

const TEXTS: { [T in Topic]: (data: Told[T]) => string } = {
  change: ({ revision, comment, who, plan }) =>
    [`revision ${revision}: ${comment} by ${who}`, ...describePlan(plan)].join("; "),
  drops: (drop) =>
    drop.state === "started"
      ? `${drop.name} started${placeOf(drop)}: ${drop.rate} a second, ${drop.text}`
      : `${drop.name} stopped: ${drop.packets} in all`,
  neighbour: ({ address, interface: port, mac, reason }) =>
    mac === null ? `${address} is lost: ${reason}` : `${address} is at ${mac} on ${port}`,
  health: ({ address, check, vips, state, reason }) =>
    `${address} is ${state} (${check}, ${vips.length === 1 ? vips[0] : `${vips.length} VIPs`})` +
    (reason === null ? "" : `: ${reason}`),
  worker: ({ worker, state }) =>
    state === "stuck"
      ? `${worker} stands still: packets of its queues are lost`
      : `${worker} moves`,
  store: ({ problem }) => problem ?? "can be written again",
  totals: ({ total }) => `${total.rx_packets} received, ${total.forwarded} forwarded`,
  counters: ({ total }) => `${total.rx_packets} received, ${total.forwarded} forwarded`,
};

/** ` at net0, for 90.0.0.0/8` */
function placeOf({ interfaces, vips }: Told["drops"]): string {
  return (interfaces.length === 0 ? "" : ` at ${interfaces.join(", ")}`) +
    (vips.length === 0 ? "" : `, for ${vips.join(", ")}`);
}
