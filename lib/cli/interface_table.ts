import { dropped } from "../counter_names.ts";
import type { InterfaceStatus } from "../status.ts";
import type { Look } from "./looks.ts";
import { right, table } from "./output.ts";
import { rateOf, shortRate } from "./rates.ts";

interface Ports {
  interfaces: InterfaceStatus[];
}

/** While watched, with what comes and goes each second. */
export function interfaceTable(now: Look<Ports>, before: Look<Ports> | null): string {
  const past = new Map(before?.value.interfaces.map((port) => [port.name, port.counters]));
  const rates = before === null ? [] : RATES;
  return table(
    [
      ...["INTERFACE", "DEVICE", "DRIVER", "LINK", "MAC"],
      ...[...NUMBERS, ...rates.map(([heading]) => heading)].map(right),
      "SNAT",
    ],
    now.value.interfaces.map((port) => {
      const { name, device, driver, mac, mtu, missed, snat, counters } = port;
      const { rx_packets = 0, tx_packets = 0 } = counters;
      const numbers = [mtu, rx_packets, missed, tx_packets, dropped(counters)];
      const old = past.get(name);
      const then = old === undefined ? null : { counters: old, at: before?.at ?? now.at };
      const moved = rates.map(([, one]) => shortRate(rateOf({ counters, at: now.at }, then, one)));
      return [name, device, driver, link(port), mac, ...numbers, ...moved, snat.join(" ") || "-"];
    }),
  );
}

const NUMBERS = ["MTU", "RECEIVED", "MISSED", "SENT", "DROPPED"];
const RATES = [["RECEIVED/S", "rx_packets"], ["SENT/S", "tx_packets"]] as const;

function link({ link_up, link_mbps }: InterfaceStatus): string {
  if (!link_up) return "down";
  return link_mbps === 0 ? "up" : `up ${link_mbps} Mbit/s`;
}
