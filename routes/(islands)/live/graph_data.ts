/**
 * What the graphs of a page show, fetched once for all of them and kept up to date.
 *
 * @module
 */
import { Client } from "../../../lib/client.ts";
import { fromPage } from "../../../lib/client/transport.ts";
import {
  type HistoryView,
  SERIES,
  type Series,
  type Span,
  SPAN_SECONDS,
} from "../../../lib/history.ts";
import { rateOf, type Values, valuesOf } from "./cells.ts";
import { onEvent, onHello } from "./stream.ts";

const MINUTE_MS = 60_000;

/** Counters whose rates the series are, and what one of them counts for. */
const COUNTERS: Record<Exclude<Series, "flows">, [key: string, times: number]> = {
  rx_packets: ["total/rx_packets", 1],
  tx_packets: ["total/tx_packets", 1],
  rx_bits: ["total/rx_bytes", 8],
  tx_bits: ["total/tx_bytes", 8],
  new_flows: ["total/first_packet", 1],
  drops: ["total/drops", 1],
};

const client = new Client(fromPage());
const listeners = new Set<() => void>();
let fetched: Promise<void> | null = null;
let history: HistoryView | null = null;

/** What is known now. */
export function graphData(): HistoryView | null {
  return history;
}

/** Is told when there is more. @returns To stop. */
export function onGraphData(act: () => void): () => void {
  listeners.add(act);
  return () => listeners.delete(act);
}

/** Resolves when something can be drawn. */
export function beginGraphData(span: Span): Promise<void> {
  return fetched ??= begin(span);
}

async function begin(span: Span): Promise<void> {
  await load(span);
  onHello(() => void load(span).catch(() => {}));
  if (span === "5m") follow();
  else setInterval(() => void load(span).catch(() => {}), MINUTE_MS);
}

async function load(span: Span): Promise<void> {
  history = await client.history(span);
  for (const act of listeners) act();
}

/** A point a second, from the counters that come anyway. */
function follow(): void {
  let before: Values | null = null;
  onEvent("counters", (view) => {
    const now = valuesOf(view);
    if (history !== null && before !== null) append(history, now, before);
    before = now;
    for (const act of listeners) act();
  });
}

function append({ at, series, span }: HistoryView, now: Values, before: Values): void {
  const seconds = now.at / 1000;
  if (seconds <= (at.at(-1) ?? 0)) return;
  at.push(seconds);
  for (const name of SERIES) series[name].push(valueOf(name, now, before));
  while ((at[0] ?? seconds) < seconds - SPAN_SECONDS[span]) {
    at.shift();
    for (const name of SERIES) series[name].shift();
  }
}

function valueOf(name: Series, now: Values, before: Values): number | null {
  if (name === "flows") return now.values.get("total/flows") ?? null;
  const [key, times] = COUNTERS[name];
  const rate = rateOf(key, now, before);
  return rate === null ? null : rate * times;
}
