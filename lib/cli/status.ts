import type { InterfaceStatus, Status } from "../status.ts";
import { dropped } from "../counter_names.ts";
import type { Command } from "./mod.ts";
import { connect, JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { print, printJson, right, say, table } from "./output.ts";

/** `guideway status`: the program as it runs. */
export function register(program: Command): void {
  program.command("status")
    .description("What the running program is and does.")
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (options) => {
      using client = connect(options);
      const status = await client.status();
      if (options.json) return printJson(status);
      print(describe(status));
      if (status.store_problem !== null) say(`changes are not stored: ${status.store_problem}`);
    });
}

function describe(status: Status): string {
  const { table: flows } = status;
  const facts: [string, string | number][] = [
    ["version", `${status.version}, ${status.dpdk}`],
    ["revision", status.revision],
    ["up", `${duration(status.uptime_seconds)}, since ${status.started_at}`],
    ["memory", status.hugepages ? "hugepages" : "ordinary"],
    ["workers", status.workers],
    ["vips", status.vips],
    ["servers", status.servers],
    ["flows", `${flows.flows} of ${flows.capacity}`],
    ["store", status.store_problem === null ? "ok" : "cannot be written"],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  const lines = facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  if (status.interfaces.length === 0) return lines.join("\n");
  return `${lines.join("\n")}\n\n${interfaces(status.interfaces)}`;
}

function interfaces(ports: InterfaceStatus[]): string {
  return table(
    ["INTERFACE", "DEVICE", "DRIVER", "LINK", "MAC", ...NUMBERS.map(right), "SNAT"],
    ports.map((port) => {
      const { name, device, driver, mac, mtu, snat, counters } = port;
      const { rx_packets = 0, tx_packets = 0 } = counters;
      const numbers = [mtu, rx_packets, tx_packets, dropped(counters)];
      return [name, device, driver, link(port), mac, ...numbers, snat.join(" ") || "-"];
    }),
  );
}

const NUMBERS = ["MTU", "RECEIVED", "SENT", "DROPPED"];

function link({ link_up, link_mbps }: InterfaceStatus): string {
  if (!link_up) return "down";
  return link_mbps === 0 ? "up" : `up ${link_mbps} Mbit/s`;
}

/** `3 d 4 h`, the two largest units. */
function duration(seconds: number): string {
  const units: [number, string][] = [[86_400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const parts: string[] = [];
  let rest = seconds;
  for (const [size, name] of units) {
    if (rest >= size) parts.push(`${Math.floor(rest / size)} ${name}`);
    rest %= size;
  }
  return parts.slice(0, 2).join(" ") || "0 s";
}
