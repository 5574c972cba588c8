import type { InterfaceStatus, Status } from "../status.ts";
import { dropped } from "../counter_names.ts";
import type { Command } from "./mod.ts";
import { JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { addExamples } from "./examples.ts";
import { healthWords } from "./health.ts";
import type { Look } from "./looks.ts";
import { right, table } from "./output.ts";
import { duration, rateOf, shortRate } from "./rates.ts";
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
        notes: ({ store_problem, start_notes }) => [
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
  return `${lines.join("\n")}\n\n${interfaces(now, before)}`;
}

/** While watched, with what comes and goes each second. */
function interfaces(now: Look<Status>, before: Look<Status> | null): string {
  const past = new Map(before?.value.interfaces.map((port) => [port.name, port.counters]));
  const rates = before === null ? [] : RATES;
  return table(
    [
      ...["INTERFACE", "DEVICE", "DRIVER", "LINK", "MAC"],
      ...[...NUMBERS, ...rates.map(([heading]) => heading)].map(right),
      "SNAT",
    ],
    now.value.interfaces.map((port) => {
      const { name, device, driver, mac, mtu, snat, counters } = port;
      const { rx_packets = 0, tx_packets = 0 } = counters;
      const numbers = [mtu, rx_packets, tx_packets, dropped(counters)];
      const old = past.get(name);
      const then = old === undefined ? null : { counters: old, at: before?.at ?? now.at };
      const moved = rates.map(([, one]) => shortRate(rateOf({ counters, at: now.at }, then, one)));
      return [name, device, driver, link(port), mac, ...numbers, ...moved, snat.join(" ") || "-"];
    }),
  );
}

const NUMBERS = ["MTU", "RECEIVED", "SENT", "DROPPED"];
const RATES = [["RECEIVED/S", "rx_packets"], ["SENT/S", "tx_packets"]] as const;

function link({ link_up, link_mbps }: InterfaceStatus): string {
  if (!link_up) return "down";
  return link_mbps === 0 ? "up" : `up ${link_mbps} Mbit/s`;
}
