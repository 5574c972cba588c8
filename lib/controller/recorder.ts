/**
 * Measures once a second: the last five minutes are kept in memory, the last day by the minute in the store.
 *
 * @module
 */
import { dropped } from "../counter_names.ts";
import type { Dataplane } from "../dataplane.ts";
import {
  historyOf,
  type HistoryView,
  type Point,
  SERIES,
  type Span,
  SPAN_SECONDS,
} from "../history.ts";
import { log } from "../log.ts";
import type { Store } from "../store.ts";
import { named, sum } from "../views/counters.ts";

const TICK_MS = 1000;
const MINUTE = 60;
/** What takes longer between two points is a gap: the program stood still. */
const GAP_SECONDS = 5;

/** What counters stood at. */
interface Reading {
  /** Seconds since 1970. */
  at: number;
  /** Counters by the name of their series. */
  counted: Omit<Point, "flows">;
  flows: number;
}

/** Looks at the counters of a data plane. */
export class Recorder {
  readonly #dataplane: Dataplane;
  readonly #store: Store | null;
  readonly #points: { at: number; point: Point }[] = [];
  #last: Reading;
  #minute: Reading;
  #stored = true;
  readonly #timer: ReturnType<typeof setInterval>;

  /** Begins at once. @param store Null: there is no last day. */
  constructor(dataplane: Dataplane, store: Store | null) {
    this.#dataplane = dataplane;
    this.#store = store;
    this.#last = this.#minute = this.#read();
    this.#timer = setInterval(() => this.tick(), TICK_MS);
  }

  /** A point for now. */
  tick(): void {
    const now = this.#read();
    if (now.at <= this.#last.at) return;
    this.#points.push({ at: now.at, point: pointOf(this.#last, now) });
    const old = now.at - SPAN_SECONDS["5m"];
    while (this.#points[0] !== undefined && this.#points[0].at < old) this.#points.shift();
    this.#last = now;
    if (Math.floor(now.at / MINUTE) !== Math.floor(this.#minute.at / MINUTE)) this.#keep(now);
  }

  /** @throws {StoreError} for a day when the store cannot be read */
  view(span: Span): HistoryView {
    return span === "5m" ? this.#fiveMinutes() : this.#day();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #read(): Reading {
    const { catalog, workers } = this.#dataplane;
    const total = sum(
      Array.from(
        { length: workers },
        (_, worker) => named(catalog.worker, this.#dataplane.workerCounters(worker)),
      ),
    );
    const count = (name: string) => total[name] ?? 0;
    return {
      at: Date.now() / 1000,
      counted: {
        rx_packets: count("rx_packets"),
        tx_packets: count("tx_packets"),
        rx_bits: 8 * count("rx_bytes"),
        tx_bits: 8 * count("tx_bytes"),
        new_flows: count("first_packet"),
        drops: dropped(total),
      },
      flows: this.#dataplane.tableUse().flows,
    };
  }

  /** The minute that is over, under its beginning. */
  #keep(now: Reading): void {
    const before = this.#minute;
    this.#minute = now;
    try {
      this.#store?.history.addSample(Math.floor(before.at / MINUTE) * MINUTE, pointOf(before, now));
      this.#stored = true;
    } catch (error) {
      // Graphs have a gap then; what matters is told by whoever stores revisions.
      if (this.#stored) log("graphs_not_stored", { error: String(error) });
      this.#stored = false;
    }
  }

  #fiveMinutes(): HistoryView {
    const points: { at: number; point: Point | null }[] = [];
    for (const one of this.#points) {
      const before = points.at(-1);
      if (before !== undefined && one.at - before.at > GAP_SECONDS) {
        points.push({ at: round(before.at + 1), point: null });
      }
      points.push({ at: round(one.at), point: one.point });
    }
    return historyOf("5m", points);
  }

  /** Every minute from the first that is known. */
  #day(): HistoryView {
    const end = Math.floor(this.#minute.at / MINUTE) * MINUTE;
    const samples = this.#store?.history.samples(end - SPAN_SECONDS["1d"]) ?? [];
    const known = new Map(samples.map(({ at, sample }) => [at, asPoint(sample)]));
    const points: { at: number; point: Point | null }[] = [];
    for (let at = samples[0]?.at ?? end; at < end; at += MINUTE) {
      points.push({ at, point: known.get(at) ?? null });
    }
    return historyOf("1d", points);
  }
}

/** Rates between two readings. */
function pointOf(before: Reading, now: Reading): Point {
  const seconds = Math.max(now.at - before.at, 0.001);
  const rates = Object.entries(now.counted).map(([name, value]) => {
    const past = before.counted[name as keyof Reading["counted"]];
    return [name, Math.round(Math.max(value - past, 0) / seconds)];
  });
  return { ...Object.fromEntries(rates), flows: now.flows };
}

/** Null for what another version wrote. */
function asPoint(sample: unknown): Point | null {
  const point = sample as Partial<Point> | null;
  return SERIES.every((name) => typeof point?.[name] === "number") ? point as Point : null;
}

/** To the tenth of a second. */
function round(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
