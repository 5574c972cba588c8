/**
 * What `guideway top` knows: the program, its totals and how they move, VIPs, and the servers of one.
 *
 * @module
 */
import type { Status, TotalsView, VipStatus } from "../../status.ts";
import type { Look } from "../looks.ts";
import type { VipRow } from "./vip_pages.ts";
import { dropped } from "../../counter_names.ts";
import { rateOf } from "../rates.ts";

/** Seconds of the sparkline. */
export const MINUTE = 60;
/** A drop that has not moved for so many seconds is no longer shown. */
const QUIET = 10;

/** A drop that moves. */
export interface MovingDrop {
  name: string;
  rate: number;
  /** Seconds since it moved. */
  silent: number;
}

/** All that is drawn. */
export interface Facts {
  status: Status | null;
  totals: Look<TotalsView> | null;
  before: Look<TotalsView> | null;
  /** Drops per second of the last minute, the newest last. */
  history: number[];
  drops: MovingDrop[];
  /** What the counters mean, by name. */
  texts: ReadonlyMap<string, string>;
  vips: VipRow[];
  /** Whether all VIPs were read. */
  complete: boolean;
  /** The VIP whose servers are shown, and the look before. */
  open: Look<VipStatus> | null;
  openBefore: Look<VipStatus> | null;
  /** What happened last. */
  news: string;
  /** Why nothing new comes. */
  trouble: string | null;
}

/** At the start. */
export function noFacts(): Facts {
  return {
    status: null,
    totals: null,
    before: null,
    history: [],
    drops: [],
    texts: new Map(),
    vips: [],
    complete: false,
    open: null,
    openBefore: null,
    news: "",
    trouble: null,
  };
}

/** Takes a look at the totals. */
export function addTotals(facts: Facts, value: TotalsView): void {
  facts.before = facts.totals;
  facts.totals = { value, at: Date.parse(value.at) };
  if (facts.before === null) return;
  const all = (look: Look<TotalsView>) => ({
    counters: { dropped: dropped(look.value.total) },
    at: look.at,
  });
  const rate = rateOf(all(facts.totals), all(facts.before), "dropped") ?? 0;
  facts.history = [...facts.history, rate].slice(-MINUTE);
  facts.drops = movingDrops(facts.drops, facts.totals, facts.before);
}

/** Those that moved lately, in the order in which they began to. */
function movingDrops(
  known: MovingDrop[],
  now: Look<TotalsView>,
  before: Look<TotalsView>,
): MovingDrop[] {
  const rates = new Map(
    Object.keys(now.value.total).filter((name) => name.startsWith("drop_")).map((name) => [
      name,
      rateOf(
        { counters: now.value.total, at: now.at },
        { counters: before.value.total, at: before.at },
        name,
      ) ?? 0,
    ]),
  );
  const old = known.map((drop) => {
    const rate = rates.get(drop.name) ?? 0;
    return { ...drop, rate, silent: rate > 0 ? 0 : drop.silent + 1 };
  }).filter(({ silent }) => silent < QUIET);
  const fresh = [...rates].filter(([name, rate]) =>
    rate > 0 && !known.some((drop) => drop.name === name)
  ).map(([name, rate]) => ({ name, rate, silent: 0 }));
  return [...old, ...fresh];
}
