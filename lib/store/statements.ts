/**
 * Compiled statements of an open SQLite file.
 *
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";

/**
 * Compiles each query once. One that is compiled for a single use holds some 10 KB outside of the engine's sight, until
 * the engine collects its handle: under many changes that came to tens of megabytes.
 */
export class Statements {
  readonly #sqlite: DatabaseSync;
  readonly #known = new Map<string, StatementSync>();

  /** @param sqlite Its end is the statements' end, too. */
  constructor(sqlite: DatabaseSync) {
    this.#sqlite = sqlite;
  }

  /** @param query One of few: its values are bound, not written into it. */
  of(query: string): StatementSync {
    const known = this.#known.get(query);
    if (known !== undefined) return known;
    const fresh = this.#sqlite.prepare(query);
    this.#known.set(query, fresh);
    return fresh;
  }
}
