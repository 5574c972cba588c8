/**
 * Accepted configurations, numbered.
 *
 * @module
 */
import type { Database, Row } from "./database.ts";

/** A revision without its configuration. */
export interface Head {
  number: number;
  /** ISO 8601. */
  created: string;
  comment: string;
  /** Who made it, and from where; empty: not known. */
  author: string;
  origin: string;
  /** By which way; empty: not known. */
  via: string;
  /** What changed, to be read by people; empty: not known. */
  what: string;
}

/** One accepted configuration. */
export interface Revision extends Head {
  /** As it was accepted; to be parsed again before use. */
  config: unknown;
}

/** Older revisions make room: all together stay below that many, or bytes, but some are kept whatever their size. */
const KEEP_MOST = 1000;
const KEEP_BYTES = 64 * 1024 * 1024;
const KEEP_LEAST = 20;
/** Texts of a revision that are searched. */
const TEXTS = ["number", "comment", "author", "origin", "via", "what"] as const;

/** The revisions in the store. Every call throws `StoreError` when the store cannot be read or written. */
export class Revisions {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The newest revision, or null. */
  latest(): Revision | null {
    return this.list(1)[0] ?? null;
  }

  /** One revision, or null. */
  get(number: number): Revision | null {
    const row = this.#database.first("SELECT * FROM revisions WHERE number = ?", number);
    return row === undefined ? null : revisionOf(row);
  }

  /**
   * The newest revisions below that number without their configurations, newest first; those that hold the text, upper
   * case or lower.
   */
  heads(before: number, limit: number, search = ""): Head[] {
    const held = TEXTS.map((name) => `instr(lower(${name}), ?) > 0`).join(" OR ");
    const text = search.toLowerCase();
    return this.#database.all(
      "SELECT number, created, comment, author, origin, via, what FROM revisions " +
        `WHERE number < ? AND (? = '' OR ${held}) ORDER BY number DESC LIMIT ?`,
      Math.min(before, Number.MAX_SAFE_INTEGER),
      text,
      ...TEXTS.map(() => text),
      limit,
    ).map(headOf);
  }

  /** The newest revisions, newest first. */
  list(limit = 100): Revision[] {
    return this.#database.all("SELECT * FROM revisions ORDER BY number DESC LIMIT ?", limit)
      .map(revisionOf);
  }

  /**
   * Adds a revision and returns its number when it is on the disk. The oldest ones go where there are many.
   *
   * @param given `number` must not be taken; one more than the newest unless given.
   * @throws {StoreError} Nothing was added.
   */
  append(config: unknown, given: Partial<Head> = {}): number {
    const { comment = "", number = null, author = "", origin = "", via = "", what = "" } = given;
    const text = JSON.stringify(config);
    return this.#database.write(() => {
      const { added } = this.#database.run(
        "INSERT INTO revisions (number, config, created, comment, author, origin, via, what) " +
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        number,
        text,
        given.created ?? new Date().toISOString(),
        comment,
        author,
        origin,
        via,
        what,
      );
      this.#database.run("DELETE FROM revisions WHERE number <= ?", added - kept(text));
      return added;
    });
  }
}

/** How many revisions stay, by the size of the newest: they are much alike. */
function kept(text: string): number {
  return Math.min(KEEP_MOST, Math.max(KEEP_LEAST, Math.floor(KEEP_BYTES / text.length)));
}

function headOf({ number, created, comment, author, origin, via, what }: Row): Head {
  return {
    number: Number(number),
    created: String(created),
    comment: String(comment),
    author: String(author),
    origin: String(origin),
    via: String(via),
    what: String(what),
  };
}

function revisionOf(row: Row): Revision {
  return { ...headOf(row), config: JSON.parse(String(row.config)) };
}
