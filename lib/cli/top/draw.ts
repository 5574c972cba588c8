/**
 * The screen of `guideway top`, line by line. Only what is seen is made.
 *
 * @module
 */
import type { Paint } from "../colour.ts";
import { short, shortRate } from "../rates.ts";
import { cell } from "../width.ts";
import { type Column, fitColumns, headings, rowOf } from "./columns.ts";
import type { Facts } from "./facts.ts";
import { head } from "./head.ts";
import { type ServerRow, serverRows, vipRows } from "./rows.ts";
import { place, type Rows, type View, windowOf } from "./view.ts";
import type { VipRow } from "./vip_pages.ts";

/** Cells and lines of the terminal. */
export interface Size {
  rows: number;
  columns: number;
}

/** A screen, and what keys move in. */
export interface Drawn {
  lines: string[];
  rows: Rows;
  /** Names of the rows that are seen. */
  seen: string[];
}

const VIPS: Column<VipRow>[] = [
  { heading: "VIP", width: 20, text: ({ name }) => name },
  { heading: "ENCAP", width: 5, text: ({ encap }) => encap },
  { heading: "SERVERS", width: 7, align: ">", text: ({ servers }) => String(servers) },
  { heading: "FLOWS", width: 6, align: ">", text: ({ flows }) => short(flows) },
  { heading: "PKTS/S", width: 6, align: ">", text: ({ packets }) => shortRate(packets) },
  { heading: "BITS/S", width: 6, align: ">", text: ({ bits }) => shortRate(bits) },
  { heading: "DETAILS", width: 30, text: ({ details }) => details },
];

const SERVERS: Column<ServerRow>[] = [
  { heading: "SERVER", width: 20, text: ({ name }) => name },
  { heading: "STATE", width: 8, text: ({ state }) => state },
  { heading: "WEIGHT", width: 6, align: ">", text: ({ weight }) => String(weight) },
  { heading: "WANTED", width: 6, align: ">", text: ({ wanted }) => percent(wanted) },
  { heading: "GOT", width: 6, align: ">", text: ({ got }) => percent(got) },
  { heading: "FLOWS", width: 6, align: ">", text: ({ flows }) => short(flows) },
  { heading: "PKTS/S", width: 6, align: ">", text: ({ packets }) => shortRate(packets) },
  { heading: "BITS/S", width: 6, align: ">", text: ({ bits }) => shortRate(bits) },
  { heading: "NEXT HOP", width: 40, text: ({ way }) => way },
];

/** A name as long as it gets: an IPv6 prefix with its port. */
const NAME = 54;

/** Draws it. */
export function draw(facts: Facts, view: View, size: Size, paint: Paint): Drawn {
  const above = head(facts, view, size, paint);
  // A blank line, the heading of the list, and the keys below.
  const height = Math.max(1, size.rows - above.length - 3);
  const list = view.open === null
    ? listOf(facts, view, { ...size, rows: height }, paint, vipRows(facts, view), VIPS)
    : listOf(facts, view, { ...size, rows: height }, paint, serverRows(facts, view), SERVERS);
  const middle = view.help ? HELP.slice(0, height + 1) : list.lines;
  const body = [...middle, ...Array<string>(height + 1).fill("")].slice(0, height + 1);
  const lines = [...above, "", ...body, footer(facts, view, list, size.columns, paint)];
  // The keys stay, however low the terminal is.
  const fitting = lines.length <= size.rows
    ? lines
    : [...lines.slice(0, size.rows - 1), lines.at(-1)!];
  return { lines: fitting, rows: { names: list.names, height }, seen: list.seen };
}

interface List {
  lines: string[];
  names: string[];
  seen: string[];
}

function listOf<T extends { name: string }>(
  facts: Facts,
  view: View,
  { rows: height, columns: cells }: Size,
  paint: Paint,
  rows: T[],
  all: Column<T>[],
): List {
  // The chosen row has a mark, too, for terminals without colours.
  const columns = fitColumns(all, cells - 2, NAME);
  const names = rows.map(({ name }) => name);
  const { chosen, from } = windowOf(place(view), { names, height });
  const seen = rows.slice(from, from + height);
  const lines = seen.map((row, at) => {
    const line = rowOf(columns, row);
    return from + at === chosen ? paint("inverse", cell(`› ${line}`, cells)) : `  ${line}`;
  });
  const empty = rows.length === 0 ? [paint("dim", nothing(facts, view))] : [];
  return {
    lines: [paint("bold", `  ${headings(columns)}`), ...lines, ...empty],
    names,
    seen: seen.map(({ name }) => name),
  };
}

/** Why the list is empty. */
function nothing({ complete, open }: Facts, view: View): string {
  if (view.open !== null) {
    return open?.value.name === view.open ? `${view.open} has no servers` : "asking …";
  }
  if (!complete) return "asking …";
  return view.filter === ""
    ? 'there is no VIP; "guideway vip add 90.0.0.0/8" adds one'
    : `no VIP holds ${view.filter}`;
}

function footer(
  facts: Facts,
  view: View,
  { names }: List,
  columns: number,
  paint: Paint,
): string {
  if (view.typing) return `/${view.filter}${paint("inverse", " ")}`;
  const at = names.length === 0 ? 0 : Math.max(0, names.indexOf(place(view).chosen ?? "")) + 1;
  const where = [
    view.open ?? (view.filter === "" ? "VIPs" : `VIPs with ${view.filter}`),
    `${at} of ${names.length}${facts.complete || view.open !== null ? "" : "+"}`,
    `sorted by ${view.sort}`,
  ].join("  ");
  const keys = keysFor(view, columns);
  const room = columns - keys.length - 1;
  if (room < 20) return paint("dim", cell(where, columns));
  return `${paint("cyan", cell(where, room))} ${paint("dim", keys)}`;
}

/** The keys that do something here; what they do, where there is room. */
function keysFor({ open }: View, columns: number): string {
  if (columns < 120) return open === null ? "↑↓ Enter / s p ? q" : "↑↓ Esc s p ? q";
  const way = open === null ? "Enter servers  / filter" : "Esc back";
  return `↑↓ move  ${way}  s sort  p pause  ? help  q end`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.9995 ? 1 : 0)}%`;
}

const HELP = [
  "Keys",
  "  ↑ ↓ k j         one row          PgUp PgDn Space  a page",
  "  Home End g G    first, last row",
  "  Enter → l       the servers of the chosen VIP",
  "  Esc ← h         back to the VIPs, or no filter",
  "  /               only VIPs whose name, or server's address, holds what follows",
  "  s               sorted by the configuration, packets, bits, flows, name",
  "  p               pause: nothing moves until p is pressed again",
  "  q Ctrl-C        end",
  "",
  "Rates are per second; k is 1,000, M is 1,000,000. Bits of VIPs and servers are",
  "counted from the IP header on. WANTED is the share by weight, GOT that of the",
  "new-connection table. Any key closes this.",
];
