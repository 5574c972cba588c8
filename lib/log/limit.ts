/**
 * Keeps one event that happens again and again from burying all others.
 *
 * @module
 */

/** So many lines of an event are written in so many milliseconds. */
export const LINES_MOST = 20;
export const WINDOW_MS = 10_000;

/** Counts the lines of each event. */
export class Limit {
  readonly #windows = new Map<string, { began: number; lines: number; more: number }>();

  /** Whether a line of the event may be written now. @param now Milliseconds that only go forward. */
  takes(event: string, now: number): boolean {
    const window = this.#windows.get(event);
    if (window === undefined) {
      this.#windows.set(event, { began: now, lines: 1, more: 0 });
      return true;
    }
    if (window.lines < LINES_MOST) {
      window.lines++;
      return true;
    }
    window.more++;
    return false;
  }

  /** Forgets windows that are over, and tells how many lines of which events were not written in them. */
  over(now: number): { event: string; count: number }[] {
    const told: { event: string; count: number }[] = [];
    for (const [event, { began, more }] of this.#windows) {
      if (now - began < WINDOW_MS) continue;
      this.#windows.delete(event);
      if (more > 0) told.push({ event, count: more });
    }
    return told;
  }

  /** Milliseconds until the next window with something to tell is over; null: there is none. */
  wait(now: number): number | null {
    const ends = [...this.#windows.values()].filter(({ more }) => more > 0)
      .map(({ began }) => Math.max(0, began + WINDOW_MS - now));
    return ends.length === 0 ? null : Math.min(...ends);
  }
}
