/**
 * Who changed what, when, from where, and what became of it; also what was refused.
 *
 * @module
 */
import type { Database, Row } from "./database.ts";

/** One thing that somebody did or tried. */
export interface AuditEntry {
  /** ISO 8601. */
  at: string;
  who: string;
  /** From where: an address, or the unix socket with the user's id. */
  origin: string;
  /** `PATCH /api/v1/config/conf` */
  request: string;
  /** What changed, to be read by people. */
  what: string;
  /** Null: it was about no configuration. */
  revision_before: number | null;
  revision_after: number | null;
  outcome: Outcome;
  /** Why it was refused; empty where it was not. */
  reason: string;
}

/** Refused: it made no sense or did not fit. Denied: who asked may not. Failed: our fault. */
export type Outcome = "done" | "refused" | "denied" | "failed";

/** With its number, by which a list goes on. */
export interface StoredAudit extends AuditEntry {
  id: number;
}

/** Older entries make room: that many stay, or as many as fit in so many characters. */
const KEEP_MOST = 100_000;
const KEEP_CHARS = 32 * 1024 * 1024;
/** A text of an entry is cut behind that many characters. */
const TEXT_MOST = 2000;
const TEXTS = ["at", "who", "origin", "request", "what", "outcome", "reason"] as const;
const LENGTH = TEXTS.map((name) => `length(${name})`).join(" + ");

/** The audit log in the store. Every call throws `StoreError` when the store cannot be read or written. */
export class Audit {
  readonly #database: Database;
  /** Characters of all entries; null: to be counted. */
  #chars: number | null = null;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Adds entries, all or none. The oldest ones go where there are many. */
  append(entries: readonly AuditEntry[]): void {
    let chars = this.#chars;
    this.#chars = null;
    this.#database.writeLazily(() => {
      chars ??= this.#count("audit");
      for (const entry of entries) chars += this.#insert(entry);
      chars -= this.#remove("id <= (SELECT max(id) FROM audit) - ?", KEEP_MOST);
      // Seldom, since it is slow: the older half goes.
      if (chars > KEEP_CHARS) {
        chars -= this.#remove("id <= (SELECT (min(id) + max(id)) / ? FROM audit)", 2);
      }
    });
    this.#chars = chars;
  }

  /** The newest below that number, newest first; those that hold the text, upper case or lower. */
  list(before: number, limit: number, search = ""): StoredAudit[] {
    const held = TEXTS.map((name) => `instr(lower(${name}), ?) > 0`).join(" OR ");
    const text = search.toLowerCase();
    return this.#database.all(
      `SELECT * FROM audit WHERE id < ? AND (? = '' OR ${held}) ORDER BY id DESC LIMIT ?`,
      Math.min(before, Number.MAX_SAFE_INTEGER),
      text,
      ...TEXTS.map(() => text),
      limit,
    ).map(entryOf);
  }

  /** @returns How many characters there are more. */
  #insert(entry: AuditEntry): number {
    const cut = Object.fromEntries(TEXTS.map((name) => [name, short(entry[name])]));
    const names = [...TEXTS, "revision_before", "revision_after"];
    this.#database.run(
      `INSERT INTO audit (${names}) VALUES (${names.map(() => "?")})`,
      ...TEXTS.map((name) => cut[name]!),
      entry.revision_before,
      entry.revision_after,
    );
    return Object.values(cut).reduce((sum, text) => sum + text.length, 0);
  }

  /** @returns How many characters there are less. */
  #remove(where: string, value: number): number {
    const chars = this.#count(`audit WHERE ${where}`, value);
    this.#database.run(`DELETE FROM audit WHERE ${where}`, value);
    return chars;
  }

  #count(from: string, ...values: number[]): number {
    const row = this.#database.first(`SELECT sum(${LENGTH}) AS chars FROM ${from}`, ...values);
    return Number(row?.chars ?? 0);
  }
}

function short(text: string): string {
  return text.length <= TEXT_MOST ? text : `${text.slice(0, TEXT_MOST - 1)}…`;
}

function entryOf(row: Row): StoredAudit {
  const number = (value: unknown) => value === null ? null : Number(value);
  return {
    id: Number(row.id),
    at: String(row.at),
    who: String(row.who),
    origin: String(row.origin),
    request: String(row.request),
    what: String(row.what),
    revision_before: number(row.revision_before),
    revision_after: number(row.revision_after),
    outcome: String(row.outcome) as Outcome,
    reason: String(row.reason),
  };
}
