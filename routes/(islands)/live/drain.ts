/**
 * Looks on while servers drain.
 *
 * @module
 */
import { type DrainPace, drainWords } from "../../(components)/vip/drain_words.ts";

interface Look {
  /** Milliseconds. */
  at: number;
  flows: number;
  /** So far. */
  packets: number;
}

/** How far back a pace is taken from. */
const WINDOW_MS = 60_000;

/** By the key of the flows; `since`: when a packet came last, as far as somebody looked on. */
const seen = new Map<string, { looks: Look[]; since: number }>();

/** Takes a look in. @returns What the cell says now. */
export function followDrain(key: string, look: Look, cell: HTMLElement | SVGElement): string {
  const { looks: before = [], since = look.at } = seen.get(key) ?? {};
  const looks = [...before, look].filter(({ at }) => at >= look.at - WINDOW_MS);
  const moved = before.at(-1)?.packets !== look.packets;
  const now = { looks, since: moved ? look.at : since };
  seen.set(key, now);
  const pace = looks.length < 2 ? null : paceOf(now);
  return drainWords(look.flows, Number(cell.dataset.timeout), pace);
}

function paceOf({ looks, since }: { looks: Look[]; since: number }): DrainPace {
  const first = looks[0]!;
  const last = looks.at(-1)!;
  const ended = first.flows - last.flows;
  return {
    quiet: Math.floor((last.at - since) / 1000),
    rest: ended > 0 ? last.flows * (last.at - first.at) / ended / 1000 : null,
  };
}
