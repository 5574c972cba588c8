/**
 * Numbers of the page that move. A cell says what it shows:
 *
 * - `data-key`: owner and counter, such as `total/rx_packets`, `interface/net0/tx_bytes`, `worker/0/bursts`,
 *   `worker/0/at/net0/rx_packets`, `vip/90.0.0.0/8/packets` or `server/90.0.0.0/8 10.0.0.1/packets`
 * - `data-show`: `value`, `rate` (per second), `bits` (per second), `share` (of `data-of`, of all that was counted),
 *   `part` (the same between two looks), `per` (how many with each of `data-of`, between two looks), `ms` (milliseconds),
 *   `drain` (flows that are left, while packets of `data-of` may come; a flow lasts `data-timeout` seconds without)
 * - `data-alarm`: whether it is a rate above 0
 *
 * @module
 */
import type { Counters, CountersView } from "../../../lib/status.ts";
import { dropped, droppedOfVip } from "../../../lib/counter_names.ts";
import { followDrain } from "./drain.ts";
import { milliseconds, NOTHING, percent, short, whole } from "../../(components)/format.ts";

/** All values of a moment. */
export interface Values {
  /** Milliseconds since 1970. */
  at: number;
  values: Map<string, number>;
}

/** By key. */
export function valuesOf(view: CountersView): Values {
  const values = new Map<string, number>();
  const put = (owner: string, counters: Counters) => {
    for (const [name, value] of Object.entries(counters)) values.set(`${owner}/${name}`, value);
  };
  put("total", view.total);
  values.set("total/drops", dropped(view.total));
  values.set("total/flows", view.flows);
  for (const { index, flows, counters, interfaces } of view.workers) {
    put(`worker/${index}`, counters);
    for (const port of interfaces) put(`worker/${index}/at/${port.name}`, port.counters);
    values.set(`worker/${index}/flows`, flows);
    const { busy_cycles = 0, idle_cycles = 0 } = counters;
    values.set(`worker/${index}/cycles`, busy_cycles + idle_cycles);
  }
  for (const { name, missed, counters } of view.interfaces) {
    put(`interface/${name}`, counters);
    values.set(`interface/${name}/missed`, missed);
    values.set(`interface/${name}/drops`, dropped(counters));
  }
  for (const vip of view.vips) {
    put(`vip/${vip.name}`, vip.counters);
    values.set(`vip/${vip.name}/drops`, droppedOfVip(vip.counters));
    values.set(`vip/${vip.name}/flows`, vip.flows);
    for (const { address, counters, table_flows, health } of vip.servers) {
      put(`server/${vip.name} ${address}`, counters);
      values.set(`server/${vip.name} ${address}/table_flows`, table_flows);
      const { latency_ms: latency } = health;
      if (latency !== null) values.set(`server/${vip.name} ${address}/latency_ms`, latency);
    }
    values.set(`vip/${vip.name}/table_flows`, vip.table_flows);
  }
  return { at: Date.parse(view.at), values };
}

/** What came per second between two moments; null where it cannot be told: a counter that went back began anew. */
export function rateOf(key: string, now: Values, before: Values | null): number | null {
  const value = now.values.get(key);
  const past = before?.values.get(key);
  const seconds = before === null ? 0 : (now.at - before.at) / 1000;
  if (value === undefined || past === undefined || seconds <= 0 || value < past) return null;
  return (value - past) / seconds;
}

/** Brings all cells of the page up to date. */
export function showCells(now: Values, before: Values | null): void {
  for (const cell of document.querySelectorAll<HTMLElement | SVGElement>("[data-key]")) {
    const { key = "", show = "share", of = "" } = cell.dataset;
    const value = now.values.get(key);
    // Nothing is known about what is not watched, and rates need two looks.
    if (value === undefined || (before === null && !ABSOLUTE.has(show))) continue;
    const [part, all] = show === "share"
      ? [value, now.values.get(of) ?? 0]
      : [rateOf(key, now, before), rateOf(of, now, before) ?? 0];
    if (cell.tagName === "rect") {
      cell.setAttribute("width", String(all > 0 ? 100 * (part ?? 0) / all : 0));
      continue;
    }
    setText(
      cell,
      show === "drain"
        ? followDrain(key, { at: now.at, flows: value, packets: now.values.get(of) ?? 0 }, cell)
        : textOf(show, value, part, all),
    );
    if (cell.dataset.alarm !== undefined) cell.dataset.alarm = String((part ?? 0) > 0);
    cell.closest("[data-quiet]")?.setAttribute("data-quiet", String(value === 0));
  }
}

const ABSOLUTE = new Set(["value", "share", "ms"]);

function textOf(show: string, value: number, part: number | null, all: number): string {
  if (show === "value") return whole(value);
  if (show === "ms") return milliseconds(value);
  if (part === null) return NOTHING;
  if (show === "share" || show === "part") return percent(part, all);
  if (show === "per") return all > 0 ? (part / all).toFixed(1) : NOTHING;
  return short(show === "bits" ? part * 8 : part);
}

/** Only what differs is written: browsers lay out anew what is written. */
export function setText(cell: Element, text: string): void {
  if (cell.textContent !== text) cell.textContent = text;
}
