/**
 * `show node counters`: what became of packets.
 *
 * @module
 */
import type { Counters } from "../../status.ts";
import type { CounterInfo } from "../../dataplane.ts";

/** One verdict that packets had. */
export interface CounterRow {
  count: number;
  node: string;
  reason: string;
  severity: "error" | "info";
}

/** Each verdict that is not 0, in the catalog's order: together they are all packets that came in. */
export function counterRows(total: Counters, verdicts: CounterInfo[]): CounterRow[] {
  return verdicts.flatMap(({ name, text }) => {
    const count = total[name] ?? 0;
    const severity = name.startsWith("drop_") ? "error" : "info";
    return count === 0 ? [] : [{ count, node: name, reason: text, severity }];
  });
}

/** The plugin's columns. */
export function formatCounters(rows: CounterRow[]): string {
  const cells = [
    ["Count", "Node", "Reason", "Severity"],
    ...rows.map(({ count, node, reason, severity }) => [String(count), node, reason, severity]),
  ];
  const width = (at: number) => Math.max(...cells.map((row) => row[at]!.length));
  const [count, node, reason] = [Math.max(10, width(0)), width(1), width(2)];
  return cells.map(([a, b, c, d]) =>
    `${a!.padStart(count)}  ${b!.padEnd(node)}  ${c!.padEnd(reason)}  ${d}`
  ).join("\n");
}
