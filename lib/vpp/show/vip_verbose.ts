/**
 * `show lb vips verbose`: each VIP with its counters and its servers.
 *
 * @module
 */
import type { ServerStatus, VipStatus } from "../../status.ts";
import { ownFacts, vipFacts, vipType } from "./vips.ts";

/** The plugin's four counters, with its words for them. */
const COUNTERS = {
  next_packet: "packet from existing sessions",
  first_packet: "first session packet",
  untracked_packet: "untracked packet",
  no_server: "no server configured",
};

/** Of ours, those that are told even at 0. */
const ALWAYS = ["packets", "bytes"];

/** A block for each VIP: the plugin's lines, and ours behind them. Numbers of VIPs begin at 1, as there. */
export function formatVerbose(vips: VipStatus[]): string {
  return vips.flatMap((vip, at) => [
    ` ${vipType(vip)} [${at + 1}] ${vip.prefix}`,
    `  new_size:${vip.new_len}`,
    ...[...vipFacts(vip), ownFacts(vip)].map((facts) => `  ${facts.join(" ")}`),
    "  counters:",
    ...counters(vip).map(([name, value]) => `    ${name}: ${value}`),
    `  #as:${vip.servers.length}`,
    ...vip.servers.map((server) => `    ${describe(server)}`),
  ]).join("\n");
}

function counters({ counters, flows }: VipStatus): [string, number][] {
  const others = Object.entries(counters).filter(([name, value]) =>
    !(name in COUNTERS) && (value !== 0 || ALWAYS.includes(name))
  );
  return [
    ...Object.entries(COUNTERS).map((
      [name, text],
    ): [string, number] => [text, counters[name] ?? 0]),
    ...others,
    ["flows", flows],
  ];
}

/** The plugin's `dpo` is a number of its own; what it stands for is where packets leave. */
function describe(server: ServerStatus): string {
  const { flows = 0, packets = 0, bytes = 0, new_flows = 0 } = server.counters;
  const words = [
    server.address,
    `weight:${server.weight}`,
    `buckets:${server.slots}`,
    `flows:${flows}`,
    `via:${server.next_hop?.interface ?? "none"}`,
    server.state === "removed" ? "removed" : "used",
    ...server.state === "draining" ? ["draining"] : [],
    `packets:${packets}`,
    `bytes:${bytes}`,
    `new_flows:${new_flows}`,
  ];
  if (server.next_hop === null) words.push(`(${server.reason ?? "next hop not known"})`);
  return words.join(" ");
}
