import type { Check } from "../config/health.ts";
import type { ServerHealth } from "../status.ts";

/** How one check ended. */
export type Outcome = { ok: true; milliseconds: number } | { ok: false; reason: string };

/**
 * What is known of one server's answers to one check: `rise` good ones after one another bring it back, `fall` bad ones
 * take it out. Nobody knows at first: the first good one says that it is up, and until `fall` bad ones came it is treated
 * as if it were; else a restart would take all servers out.
 */
export class State {
  #state: "unknown" | "up" | "down" = "unknown";
  #good = 0;
  #bad = 0;
  /** What was wrong last; kept while a server that is down comes back. */
  #problem: string | null = null;
  #since: string | null = null;
  #lastCheck: string | null = null;
  #milliseconds: number | null = null;

  /** @param former What was known by another check of the same server: it goes on from there. */
  constructor(readonly check: Check, former?: State) {
    if (former === undefined) return;
    this.#state = former.#state;
    this.#problem = former.#problem;
    this.#since = former.#since;
  }

  get isDown(): boolean {
    return this.#state === "down";
  }

  /** Takes in how a check ended. @returns Whether its state is another now. */
  take(outcome: Outcome, at: string): boolean {
    this.#lastCheck = at;
    const before = this.#state;
    if (outcome.ok) this.#takeGood(outcome.milliseconds);
    else this.#takeBad(outcome.reason);
    if (this.#state === before) return false;
    this.#since = at;
    return true;
  }

  view(): ServerHealth {
    return {
      state: this.#state,
      reason: this.#reason(),
      since: this.#since,
      last_check: this.#lastCheck,
      latency_ms: this.#milliseconds,
    };
  }

  #takeGood(milliseconds: number): void {
    this.#bad = 0;
    this.#good = Math.min(this.#good + 1, this.check.rise);
    this.#milliseconds = Math.round(milliseconds * 10) / 10;
    if (this.#state === "down" && this.#good < this.check.rise) return;
    this.#state = "up";
    this.#problem = null;
  }

  #takeBad(reason: string): void {
    this.#good = 0;
    this.#bad = Math.min(this.#bad + 1, this.check.fall);
    this.#problem = reason;
    this.#milliseconds = null;
    if (this.#bad >= this.check.fall) this.#state = "down";
  }

  #reason(): string | null {
    const { rise, fall } = this.check;
    if (this.#state === "down") {
      return this.#good === 0
        ? this.#problem
        : `well again in ${this.#good} of ${rise} checks; before: ${this.#problem}`;
    }
    if (this.#bad > 0) return `bad in ${this.#bad} of ${fall} checks: ${this.#problem}`;
    return this.#state === "unknown" ? "not checked yet" : null;
  }
}
