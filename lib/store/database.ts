/**
 * The store's SQLite file: opened, checked, brought up to date, read and written. What one of our files holds is for
 * the files beside this one.
 *
 * @module
 */
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { type Copy, copyStore } from "./copy.ts";
import { StoreError, told } from "./error.ts";
import { misfit } from "./newer.ts";
import { APPLICATION, SCHEMA, STEPS } from "./schema.ts";
import { Statements } from "./statements.ts";

type Value = null | number | string | Uint8Array;
/** One row of an answer. */
export type Row = Record<string, SQLOutputValue>;

/** Between two tries to write a file that could not be written: each looks through all of it. */
const MEND_MS = 10_000;

/** An open file. Every call throws {@linkcode StoreError} when the file cannot be read or written. */
export class Database {
  readonly path: string;
  #sqlite: DatabaseSync;
  #statements: Statements;
  /** In place of the file, which cannot be written. */
  #copy: { copy: Copy; problem: string } | null = null;
  #closed = false;
  #mendAt = 0;

  private constructor(path: string, sqlite: DatabaseSync) {
    this.path = path;
    this.#sqlite = sqlite;
    this.#statements = new Statements(sqlite);
  }

  /** Opens the file, or makes it. @throws {StoreError} and leaves the file as it is */
  static open(path: string): Database {
    return new Database(path, openFile(path));
  }

  /**
   * Opens a copy of a file that cannot be written, to be read until {@linkcode mend} finds that it can.
   *
   * @param problem Why: what all that want to write are told.
   * @throws {StoreError} when the copy is no good either
   */
  static openCopy(path: string, problem: string): Database {
    return told(path, () => {
      const copy = copyStore(path);
      try {
        prepare(path, copy.sqlite);
        copy.sqlite.exec("PRAGMA query_only = ON");
      } catch (error) {
        copy[Symbol.dispose]();
        throw error;
      }
      const database = new Database(path, copy.sqlite);
      database.#copy = { copy, problem };
      return database;
    });
  }

  /** Why nothing can be written, or null. */
  get problem(): string | null {
    return this.#copy?.problem ?? null;
  }

  /** Goes over from the copy to the file, if that can be written by now; tries it now and then. */
  mend(): void {
    if (this.#copy === null || this.#closed || Date.now() < this.#mendAt) return;
    this.#mendAt = Date.now() + MEND_MS;
    try {
      this.#sqlite = openFile(this.path);
      this.#statements = new Statements(this.#sqlite);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return;
    }
    this.#copy.copy[Symbol.dispose]();
    this.#copy = null;
  }

  /** All rows of an answer. */
  all(query: string, ...values: Value[]): Row[] {
    return told(this.path, () => this.#statements.of(query).all(...values));
  }

  /** The first row of an answer. */
  first(query: string, ...values: Value[]): Row | undefined {
    return told(this.path, () => this.#statements.of(query).get(...values));
  }

  /** Writes; the rows that it changed and the number of the last one that it added. */
  run(query: string, ...values: Value[]): { changes: number; added: number } {
    return this.#told(() => {
      const { changes, lastInsertRowid } = this.#statements.of(query).run(...values);
      return { changes: Number(changes), added: Number(lastInsertRowid) };
    });
  }

  /** Writes all or nothing; when this returns it is on the disk. */
  write<T>(act: () => T): T {
    return this.#told(() => transaction(this.#sqlite, act));
  }

  /** The same without waiting for the disk: it outlives the program, and may not outlive a power cut. */
  writeLazily<T>(act: () => T): T {
    return this.#told(() => {
      this.#sqlite.exec("PRAGMA synchronous = NORMAL");
      try {
        return transaction(this.#sqlite, act);
      } finally {
        this.#sqlite.exec("PRAGMA synchronous = FULL");
      }
    });
  }

  /** Closes the file, once. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // Whoever asks from now on is told that it is closed, not that a statement is none any more.
    this.#statements = new Statements(this.#sqlite);
    told(
      this.path,
      () => this.#copy === null ? this.#sqlite.close() : this.#copy.copy[Symbol.dispose](),
    );
  }

  /** For what writes. */
  #told<T>(act: () => T): T {
    if (this.#copy !== null) throw new StoreError(this.#copy.problem, { trouble: "unwritable" });
    return told(this.path, act);
  }
}

function openFile(path: string): DatabaseSync {
  return told(path, () => {
    const sqlite = new DatabaseSync(path);
    try {
      prepare(path, sqlite);
      // A disk that cannot be written shows now.
      const version = pragma(sqlite, "user_version");
      transaction(sqlite, () => sqlite.exec(`PRAGMA user_version = ${version}`));
    } catch (error) {
      sqlite.close();
      throw error;
    }
    return sqlite;
  });
}

/** Checks whose file this is before anything is written, and brings it up to date. */
function prepare(path: string, sqlite: DatabaseSync): void {
  const version = pragma(sqlite, "user_version");
  const application = pragma(sqlite, "application_id");
  const empty = pragma(sqlite, "schema_version") === 0;
  if (!empty && application !== APPLICATION) {
    throw new StoreError(`${path}: not a store of this program`);
  }
  const reason = version > SCHEMA ? misfit(sqlite) : null;
  if (reason !== null) {
    throw new StoreError(
      `${path}: written by a newer version (schema ${version}; this one knows ${SCHEMA}), which left ` +
        `nothing for this one: ${reason}`,
    );
  }
  const [check] = Object.values(sqlite.prepare("PRAGMA quick_check(1)").get() ?? {});
  if (check !== "ok") {
    throw new StoreError(`${path}: damaged: ${check}`, { trouble: "damaged" });
  }
  sqlite.exec("PRAGMA busy_timeout = 200; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  if (version < SCHEMA) bringUp(path, sqlite, version);
}

function bringUp(path: string, sqlite: DatabaseSync, version: number): void {
  try {
    transaction(sqlite, () => {
      for (const step of STEPS.slice(version)) sqlite.exec(step);
      sqlite.exec(`PRAGMA user_version = ${SCHEMA}`);
    });
  } catch (error) {
    if (version === 0) throw error;
    // SQLite names the statement on the lines that follow.
    const reason = String(error instanceof Error ? error.message : error).split(" in \n")[0];
    throw new StoreError(
      `${path}: cannot be brought from schema ${version} to ${SCHEMA}: ${reason}; it is as it was`,
      { cause: error },
    );
  }
}

function transaction<T>(sqlite: DatabaseSync, act: () => T): T {
  sqlite.exec("BEGIN IMMEDIATE");
  try {
    const result = act();
    sqlite.exec("COMMIT");
    return result;
  } catch (error) {
    try {
      sqlite.exec("ROLLBACK");
    } catch {
      // A full disk may have rolled it back already.
    }
    throw error;
  }
}

function pragma(sqlite: DatabaseSync, name: string): number {
  return Number(Object.values(sqlite.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}
