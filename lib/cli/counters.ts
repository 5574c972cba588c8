import type { CountersView } from "../status.ts";
import type { CounterCatalog } from "../dataplane.ts";
import type { Command } from "./mod.ts";
import { JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { type CounterRow, counterRows } from "./counter_rows.ts";
import { addExamples } from "./examples.ts";
import { right, table } from "./output.ts";
import { COUNT_OPTION, read, WATCH_OPTION } from "./watch.ts";

/** `guideway counters`: packets, bytes and drops by owner. */
export function register(program: Command): void {
  const counters = program.command("counters")
    .description("Packets, bytes and drops: in all, by interface, by VIP and by server.")
    .option(...WATCH_OPTION)
    .option(...COUNT_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (options) => {
      let catalog: CounterCatalog | null = null;
      await read<CountersView>(options, {
        ask: async (client) => {
          if (!options.json) catalog ??= await client.catalog();
          return await client.counters();
        },
        text: (now, before) =>
          describe(counterRows(now.value, before === null ? null : before.value), catalog!),
      });
    });
  addExamples(counters, [
    "counters",
    "counters --watch",
    "counters --watch 5 --count 12 --json > minute.jsonl",
  ]);
}

/** Blocks: the total with a sentence for each name, the interfaces, the VIPs with their servers. */
function describe(rows: CounterRow[], catalog: CounterCatalog): string {
  const texts = new Map(catalog.worker.map(({ name, text }) => [name, text]));
  const total = rows.filter(({ owner }) => owner === "total").map((row) => [
    row.name,
    row.value,
    rate(row),
    texts.get(row.name) ?? "",
  ]);
  const ports = rows.filter(({ owner }) => owner === "interface")
    .map((row) => [row.interface, row.name, row.value, rate(row)]);
  const owned = rows.filter(({ vip }) => vip !== "")
    .map((row) => [row.vip, row.server, row.name, row.value, rate(row)]);
  const numbers = ["COUNTER", right("VALUE"), right("PER SECOND")];
  const blocks = [table(["TOTAL", right("VALUE"), right("PER SECOND"), "MEANING"], total)];
  if (ports.length > 0) blocks.push(table(["INTERFACE", ...numbers], ports));
  if (owned.length > 0) blocks.push(table(["VIP", "SERVER", ...numbers], owned));
  return blocks.join("\n\n");
}

function rate({ rate }: CounterRow): string {
  return rate === null ? "-" : rate.toFixed(0);
}
