import type { Status } from "../status.ts";
import { stuckWords } from "../stuck_words.ts";
import type { Command } from "./mod.ts";
import { JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { addExamples } from "./examples.ts";
import { healthWords } from "./health.ts";
import type { Look } from "./looks.ts";
import { interfaceTable } from "./interface_table.ts";
import { duration } from "./rates.ts";
import { COUNT_OPTION, read, WATCH_OPTION } from "./watch.ts";

/** `guideway status`: the program as it runs. */
export function register(program: Command): void {
  const status = program.command("status")
    .description("What the running program is and does.")
    .option(...WATCH_OPTION)
    .option(...COUNT_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action((options) =>
      read(options, {
        ask: (client) => client.status(),
        text: describe,
        notes: ({ store_problem, start_notes, stuck_workers }) => [
          ...[stuckWords(stuck_workers) ?? []].flat(),
          ...start_notes,
          ...store_problem === null ? [] : [`changes are not stored: ${store_problem}`],
        ],
      })
    );
  addExamples(status, ["status", "status --watch 2", "status --json"]);
}

function describe(now: Look<Status>, before: Look<Status> | null): string {
  const status = now.value;
  const { table: flows } = status;
  const facts: [string, string | number][] = [
    ["version", `${status.version}, ${status.dpdk}`],
    ["revision", status.revision],
    ["up", `${duration(status.uptime_seconds)}, since ${status.started_at}`],
    ["memory", status.hugepages ? "hugepages" : "ordinary"],
    ["workers", status.workers],
    ["vips", status.vips],
    ["servers", status.servers],
    ["health", healthWords(status.health)],
    ["flows", `${flows.flows} of ${flows.capacity}`],
    ["store", status.store_problem === null ? "ok" : "cannot be written"],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  const lines = facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  if (status.interfaces.length === 0) return lines.join("\n");
  return `${lines.join("\n")}\n\n${interfaceTable(now, before)}`;
}
