/**
 * The upper part of the screen: the program, its totals, its interfaces, its drops.
 *
 * @module
 */
import type { InterfaceStatus } from "../../status.ts";
import type { Paint } from "../colour.ts";
import { duration, rateOf, short, shortRate } from "../rates.ts";
import { sparkline } from "../sparkline.ts";
import { cell, cut, textWidth } from "../width.ts";
import { type Column, fitColumns, headings, rowOf } from "./columns.ts";
import type { Facts } from "./facts.ts";
import type { View } from "./view.ts";

/** Lines above the lists, as many at each time for the same size. */
export function head(
  facts: Facts,
  view: View,
  size: { rows: number; columns: number },
  paint: Paint,
): string[] {
  const roomy = size.rows >= 36;
  return [
    titleLine(facts, view, size.columns, paint),
    totalsLine(facts),
    dropsLine(facts, size.columns, paint),
    newsLine(facts, paint),
    ...interfaceLines(facts, roomy ? 8 : 2, size.columns, paint),
    ...dropLines(facts, roomy ? 5 : 1, size.columns, paint),
  ];
}

function titleLine(
  { status, totals }: Facts,
  { paused }: View,
  columns: number,
  paint: Paint,
): string {
  if (status === null) return paint("bold", "guideway");
  const { version, revision, workers, uptime_seconds } = status;
  const left = [
    `guideway ${version}`,
    `up ${duration(uptime_seconds)}`,
    `revision ${revision}`,
    `${workers} ${workers === 1 ? "worker" : "workers"}`,
    `${status.vips} VIPs`,
    `${status.servers} servers`,
  ].join("  ");
  const right = paused ? "PAUSED" : totals?.value.at.slice(11, 19) ?? "";
  const room = Math.max(0, columns - textWidth(right) - 1);
  return `${paint("bold", cell(left, room))} ${paused ? paint("inverse", right) : right}`;
}

function totalsLine({ totals, before, status }: Facts): string {
  const rate = (name: string) => totalRate(totals, before, name);
  const bits = (name: string) => {
    const bytes = rate(name);
    return shortRate(bytes === null ? null : bytes * 8);
  };
  const { flows = 0, capacity = 0 } = status?.table ?? {};
  return [
    `in ${shortRate(rate("rx_packets"))} packets/s ${bits("rx_bytes")} bits/s`,
    `out ${shortRate(rate("tx_packets"))} packets/s ${bits("tx_bytes")} bits/s`,
    `flows ${short(flows)} of ${short(capacity)}`,
  ].join("   ");
}

function totalRate(totals: Facts["totals"], before: Facts["before"], name: string): number | null {
  if (totals === null) return null;
  return rateOf(
    { counters: totals.value.total, at: totals.at },
    before && { counters: before.value.total, at: before.at },
    name,
  );
}

function dropsLine({ history, before }: Facts, columns: number, paint: Paint): string {
  const now = history.at(-1) ?? 0;
  const words = `drops ${cell(before === null ? "-" : short(now), 5, ">")}/s `;
  const line = sparkline(history, Math.max(0, Math.min(60, columns - textWidth(words))));
  const busy = history.some((value) => value > 0);
  return words + (busy ? paint("yellow", line) : paint("dim", line));
}

function newsLine({ trouble, news }: Facts, paint: Paint): string {
  return trouble === null ? paint("dim", news) : paint("red", trouble);
}

type Port = Record<"name" | "link" | "rx" | "rxBits" | "tx" | "txBits", string>;

const PORTS: Column<Port>[] = [
  { heading: "INTERFACE", width: 12, text: ({ name }) => name },
  { heading: "LINK", width: 12, text: ({ link }) => link },
  { heading: "IN PKTS/S", width: 9, align: ">", text: ({ rx }) => rx },
  { heading: "BITS/S", width: 7, align: ">", text: ({ rxBits }) => rxBits },
  { heading: "OUT PKTS/S", width: 10, align: ">", text: ({ tx }) => tx },
  { heading: "BITS/S", width: 7, align: ">", text: ({ txBits }) => txBits },
];

function interfaceLines(facts: Facts, most: number, columns: number, paint: Paint): string[] {
  const ports = facts.status?.interfaces ?? [];
  const shown = fitColumns(PORTS, columns, 32);
  const seen = ports.length > most ? ports.slice(0, most - 1) : ports;
  const more = ports.length - seen.length;
  return [
    paint("dim", headings(shown)),
    ...seen.map((port) => rowOf(shown, portOf(facts, port))),
    ...more === 0 ? [] : [paint("dim", `… ${more} more interfaces`)],
  ];
}

function portOf({ totals, before }: Facts, port: InterfaceStatus): Port {
  const find = (look: Facts["totals"]) => {
    const found = look?.value.interfaces.find(({ name }) => name === port.name);
    return look && found ? { counters: found.counters, at: look.at } : null;
  };
  const now = find(totals);
  const past = find(before);
  const rate = (name: string, times = 1) => {
    const one = now && rateOf(now, past, name);
    return shortRate(one === null ? null : one * times);
  };
  return {
    name: port.name,
    link: !port.link_up
      ? "down"
      : port.link_mbps === 0
      ? "up"
      : `up ${short(port.link_mbps * 1e6)}`,
    rx: rate("rx_packets"),
    rxBits: rate("rx_bytes", 8),
    tx: rate("tx_packets"),
    txBits: rate("tx_bytes", 8),
  };
}

/** Drops that move: in one line, or a line each with what it means. */
function dropLines({ drops, texts }: Facts, most: number, columns: number, paint: Paint): string[] {
  if (most === 1) {
    const words = drops.map(({ name, rate }) => `${name} ${short(rate)}/s`).join("  ");
    return [drops.length === 0 ? paint("dim", "nothing is dropped") : paint("yellow", words)];
  }
  const busiest = drops.toSorted((a, b) => b.rate - a.rate).slice(0, most);
  const lines = busiest.map(({ name, rate }) =>
    cut(`${cell(name, 22)} ${cell(short(rate), 7, ">")}/s  ${texts.get(name) ?? ""}`, columns)
  );
  if (lines.length === 0) lines.push(paint("dim", "nothing is dropped"));
  return [...lines.map((line) => paint("yellow", line)), ...Array(most).fill("")].slice(0, most);
}
