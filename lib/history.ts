/**
 * What graphs show: how much came, left and was lost, as it went over time.
 *
 * @module
 */

/** What is told, per second; `flows` are those remembered at the moment. */
export const SERIES = [
  "rx_packets",
  "tx_packets",
  "rx_bits",
  "tx_bits",
  "flows",
  "new_flows",
  "drops",
] as const;
export type Series = (typeof SERIES)[number];

/** How far back, and how fine: a point a second or a minute. */
export const SPANS = ["5m", "1d"] as const;
export type Span = (typeof SPANS)[number];

/** Seconds of each, and between two points. */
export const SPAN_SECONDS: Record<Span, number> = { "5m": 300, "1d": 86_400 };
export const STEP_SECONDS: Record<Span, number> = { "5m": 1, "1d": 60 };

/** Values of one moment. */
export type Point = Record<Series, number>;

/** Values over time, the oldest first. */
export interface HistoryView {
  span: Span;
  /** Between two points. */
  step_seconds: number;
  /** When each point was taken: seconds since 1970. */
  at: number[];
  /** For each point; null: nobody measured. */
  series: Record<Series, (number | null)[]>;
}

/** Points as a view; what is no point leaves a gap. */
export function historyOf(span: Span, points: { at: number; point: Point | null }[]): HistoryView {
  const series = Object.fromEntries(
    SERIES.map((name) => [name, points.map(({ point }) => point?.[name] ?? null)]),
  ) as HistoryView["series"];
  return { span, step_seconds: STEP_SECONDS[span], at: points.map(({ at }) => at), series };
}
