/**
 * The demo's picture of a moment, as text.
 *
 * @module
 */
import type { CountersView } from "../status.ts";
import { type Share, shares, type Tally } from "./tally.ts";

/** What one picture shows. */
export interface Moment {
  url: string;
  /** Since the first request. */
  seconds: number;
  tally: Tally;
  counters: CountersView;
  /** Packets a second since the picture before. */
  rates: { received: number; sent: number };
}

const number = new Intl.NumberFormat("en-US");

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Drops that happened, by name. */
export function drops(counters: CountersView): Record<string, number> {
  const entries = Object.entries(counters.total);
  return Object.fromEntries(entries.filter(([name, n]) => name.startsWith("drop_") && n > 0));
}

function dropWords(counters: CountersView): string {
  const list = Object.entries(drops(counters)).map(([name, n]) => `${name} ${number.format(n)}`);
  return list.join(", ") || "none";
}

/** Remembered flows of a server. */
export function flowsOf({ vip, address }: Share, counters: CountersView): number {
  const server = counters.vips.find((one) => one.prefix === vip)?.servers
    .find((one) => one.address === address);
  return server?.counters["flows"] ?? 0;
}

function row(cells: (string | number)[]): string {
  const [vip, server, address, ...numbers] = cells.map(String);
  const words = `${vip!.padEnd(12)} ${server!.padEnd(7)} ${address!.padEnd(17)}`;
  return (words + numbers.map((cell) => cell.padStart(11)).join("")).trimEnd();
}

/** Requests, share and flows per server; one line each. */
export function serverLines(tally: Tally, counters: CountersView): string[] {
  const rows = shares(tally).map((one) =>
    row([
      one.vip,
      one.server,
      one.address,
      number.format(one.requests),
      percent(one.share),
      number.format(flowsOf(one, counters)),
    ])
  );
  return [row(["VIP", "server", "address", "requests", "share", "flows"]), ...rows];
}

/** Requests, connections and drops; for the table and the summary. */
export function sumLines(tally: Tally, counters: CountersView): string[] {
  const { connections, changed } = tally.kept;
  return [
    `requests     ${number.format(tally.requests)}, answered: ${
      number.format(tally.answered)
    }, failed: ${tally.failed}`,
    `kept alive   ${number.format(connections)} connections, changed server: ${changed}`,
    `drops        ${dropWords(counters)}`,
  ];
}

/** The live table. */
export function tableText(moment: Moment): string {
  const { url, seconds, tally, counters, rates } = moment;
  const rate = `${number.format(rates.received)}/s in, ${number.format(rates.sent)}/s out`;
  return [
    `Guideway  ${url}  ${Math.round(seconds)} s  (Ctrl-C ends it)`,
    "",
    ...serverLines(tally, counters),
    "",
    ...sumLines(tally, counters),
    `packets      ${rate}`,
  ].join("\n") + "\n";
}

/** The same in one line, for an output that is no terminal. */
export function momentLine({ seconds, tally, counters, rates }: Moment): string {
  const parts = shares(tally).map(({ vip, server, share }) => `${vip} ${server} ${percent(share)}`);
  const flows = counters.vips.flatMap((vip) => vip.servers)
    .reduce((sum, server) => sum + (server.counters["flows"] ?? 0), 0);
  return `${Math.round(seconds)} s: ${tally.requests} requests, ${tally.failed} failed; ` +
    `${parts.join(", ")}; ${flows} flows; ${rates.received} packets/s; ` +
    `drops: ${dropWords(counters)}\n`;
}
