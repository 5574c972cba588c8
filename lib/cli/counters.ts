import type { CountersView } from "../status.ts";
import type { Client } from "../client.ts";
import type { CounterCatalog } from "../dataplane.ts";
import type { Command } from "./mod.ts";
import { connect, JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { type CounterRow, counterRows } from "./counter_rows.ts";
import { print, printJson, redraw, right, table } from "./output.ts";
import { untilSignal } from "./signals.ts";

const SECOND = 1000;

/** `guideway counters`: packets, bytes and drops by owner. */
export function register(program: Command): void {
  program.command("counters")
    .description("Packets, bytes and drops: in all, by interface, by VIP and by server.")
    .option("--watch", "again each second, with rates, until Ctrl-C")
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (options) => {
      using client = connect(options);
      if (options.watch) return await untilSignal((stop) => watch(client, options.json, stop));
      const view = await client.counters();
      if (options.json) return printJson(view);
      print(describe(counterRows(view, null), await client.catalog()));
    });
}

/** Prints once a second; with `--json` one line each time. */
async function watch(client: Client, json: boolean | undefined, stop: AbortSignal): Promise<void> {
  const catalog = await client.catalog();
  let before: CountersView | null = null;
  while (!stop.aborted) {
    const view = await client.counters();
    if (json) print(JSON.stringify(view));
    else redraw(describe(counterRows(view, before), catalog));
    before = view;
    await pause(SECOND, stop);
  }
}

function pause(milliseconds: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    stop.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
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
