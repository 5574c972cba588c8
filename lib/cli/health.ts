import type { HealthQuery, HealthView, ServerHealthView } from "../question.ts";
import { HEALTH_STATES, type HealthSummary } from "../status.ts";
import type { Command } from "./mod.ts";
import { JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { usageError } from "./exit.ts";
import { addExamples } from "./examples.ts";
import { right, table } from "./output.ts";
import { collect, moreNotes } from "./pages.ts";
import { duration } from "./rates.ts";
import { wholeNumber } from "./vip_words.ts";
import { COUNT_OPTION, read, WATCH_OPTION } from "./watch.ts";

/** `guideway health`: how servers are, and why. */
export function register(program: Command): void {
  const health = program.command("health")
    .description("How the servers of VIPs are, as their health checks find, and what is wrong.")
    .option("--state <state>", `only those that are ${HEALTH_STATES.join(", ")}`)
    .option("--search <text>", "only those whose address, or VIP's name, holds it")
    .option("--limit <count>", "at most so many", "100000")
    .option(...WATCH_OPTION)
    .option(...COUNT_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (options) => {
      const limit = wholeNumber("--limit", options.limit, 1, 10_000_000);
      const query: HealthQuery = {
        ...options.search === undefined ? {} : { search: options.search },
        ...options.state === undefined ? {} : { state: readState(options.state) },
      };
      await read(options, {
        ask: async (client) => {
          let summary: HealthSummary | undefined;
          const { list, cursor } = await collect(limit, async (page) => {
            const view = await client.health({ ...query, ...page });
            summary ??= view.summary;
            return { list: view.servers, cursor: view.cursor };
          });
          return { summary: summary!, servers: list, cursor };
        },
        text: ({ value }) => describe(value),
        notes: ({ cursor }) => moreNotes(cursor, limit, "more servers"),
      });
    });
  addExamples(health, ["health", "health --state down --watch", "health --search 10.0.0. --json"]);
}

function readState(text: string): (typeof HEALTH_STATES)[number] {
  const state = HEALTH_STATES.find((one) => one === text);
  if (state !== undefined) return state;
  throw usageError(`--state is one of ${HEALTH_STATES.join(", ")}, not ${JSON.stringify(text)}`);
}

const COLUMNS = [
  "VIP",
  "SERVER",
  "HEALTH",
  ...["WEIGHT", "SINCE", "TOOK"].map(right),
  "CHECK",
  "WHY",
];

function describe({ summary, servers }: Pick<HealthView, "summary" | "servers">): string {
  const rows = servers.map(rowOf);
  return `${healthWords(summary)}\n\n${table(COLUMNS, rows)}`;
}

function rowOf(server: ServerHealthView): (string | number)[] {
  const { vip, address, state, weight, since, latency_ms, check, reason } = server;
  const ago = since === null ? "-" : duration((Date.now() - Date.parse(since)) / 1000);
  const took = latency_ms === null ? "-" : `${latency_ms} ms`;
  return [vip, address, state, weight, ago, took, check ?? "-", reason ?? ""];
}

/** `12 up, 1 down; all servers of 1 VIP are down` */
export function healthWords(summary: HealthSummary): string {
  const counts = HEALTH_STATES.filter((state) => summary[state] > 0)
    .map((state) => `${summary[state]} ${state}`);
  const { vips_fail_open: open } = summary;
  const failed = open === 0
    ? ""
    : `; all servers of ${open} VIP${open === 1 ? "" : "s"} are down, so they all get new flows`;
  return `${counts.join(", ") || "no servers"}${failed}`;
}
