/**
 * What was measured in the last day, a sample a minute, for graphs.
 *
 * @module
 */
import type { Database } from "./database.ts";

/** What was measured, and when: seconds since 1970, a whole minute. */
export interface Sample {
  at: number;
  sample: unknown;
}

const MINUTE = 60;
/** A day, and both its ends: 1,441 samples. */
const KEEP_SECONDS = 24 * 60 * MINUTE;

/** The samples in the store. Every call throws `StoreError` when the store cannot be read or written. */
export class SampleHistory {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Keeps a sample for its minute, in place of what was kept for that minute. Those of more than a day before go.
   *
   * @param at Seconds since 1970.
   * @param sample JSON.
   */
  addSample(at: number, sample: unknown): void {
    const minute = Math.floor(at / MINUTE) * MINUTE;
    this.#database.writeLazily(() => {
      // Where the clock was put back, what is later than now is not of the past.
      this.#database.run(
        "DELETE FROM history WHERE at < ? OR at >= ?",
        minute - KEEP_SECONDS,
        minute,
      );
      this.#database.run(
        "INSERT INTO history (at, sample) VALUES (?, ?)",
        minute,
        JSON.stringify(sample),
      );
    });
  }

  /** Samples of that second and later, the oldest first. */
  samples(since: number): Sample[] {
    return this.#database.all(
      "SELECT at, sample FROM history WHERE at >= ? ORDER BY at",
      Math.ceil(since),
    ).map(({ at, sample }) => ({ at: Number(at), sample: JSON.parse(String(sample)) }));
  }
}
