/**
 * The store: accepted configurations, numbered, in one SQLite file. What {@linkcode Store.append} returned from is on
 * the disk, whatever happens to the program afterwards.
 *
 * @module
 */
import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** The store cannot be opened, read or written; the message says which file and why. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

/** One accepted configuration. */
export interface Revision {
  number: number;
  /** As it was accepted; to be parsed again before use. */
  config: unknown;
  /** ISO 8601. */
  created: string;
  comment: string;
}

/** Of our file format; a file with a larger one is left alone. */
const SCHEMA = 1;
/** "GWay": tells our files from other programs' SQLite files. */
const APPLICATION = 0x47576179;

const TABLES = `
  CREATE TABLE revisions (
    number INTEGER PRIMARY KEY,
    config TEXT NOT NULL,
    created TEXT NOT NULL,
    comment TEXT NOT NULL
  ) STRICT;
  PRAGMA application_id = ${APPLICATION};
  PRAGMA user_version = ${SCHEMA};
`;

/** Older revisions make room: all together stay below that many, or bytes, but some are kept whatever their size. */
const KEEP_MOST = 1000;
const KEEP_BYTES = 64 * 1024 * 1024;
const KEEP_LEAST = 20;

/** The open store. One process at a time writes it. */
export class Store implements Disposable {
  readonly path: string;
  readonly #database: DatabaseSync;
  #closed = false;

  private constructor(path: string, database: DatabaseSync) {
    this.path = path;
    this.#database = database;
  }

  /**
   * Opens `guideway.db` in the folder; makes both where they are not there (the folder for its owner only).
   *
   * @throws {StoreError} when the file is damaged, newer than this program, or not ours: it is left as it is.
   */
  static open(folder: string): Store {
    const path = join(folder, "guideway.db");
    return told(path, () => {
      if (!existsSync(folder)) {
        mkdirSync(folder, { recursive: true });
        chmodSync(folder, 0o700);
      }
      const database = new DatabaseSync(path);
      try {
        prepare(path, database);
      } catch (error) {
        database.close();
        throw error;
      }
      return new Store(path, database);
    });
  }

  /** The newest revision, or null. @throws {StoreError} */
  latest(): Revision | null {
    return this.#read("SELECT * FROM revisions ORDER BY number DESC LIMIT 1")[0] ?? null;
  }

  /** One revision, or null. @throws {StoreError} */
  get(number: number): Revision | null {
    return this.#read("SELECT * FROM revisions WHERE number = ?", number)[0] ?? null;
  }

  /** The newest revisions below that number without their configurations, newest first. @throws {StoreError} */
  heads(before: number, limit: number): Omit<Revision, "config">[] {
    const most = Math.min(before, Number.MAX_SAFE_INTEGER);
    return told(this.path, () =>
      this.#database.prepare(
        "SELECT number, created, comment FROM revisions WHERE number < ? ORDER BY number DESC LIMIT ?",
      ).all(most, limit).map(({ number, created, comment }) => ({
        number: Number(number),
        created: String(created),
        comment: String(comment),
      })));
  }

  /** The newest revisions, newest first. @throws {StoreError} */
  list(limit = 100): Revision[] {
    return this.#read("SELECT * FROM revisions ORDER BY number DESC LIMIT ?", limit);
  }

  /**
   * Adds a revision and returns its number when it is on the disk. The oldest ones go where there are many.
   *
   * @param number Must not be taken; one more than the newest unless given.
   * @throws {StoreError} Nothing was added.
   */
  append(
    config: unknown,
    { comment = "", number, created }: { comment?: string; number?: number; created?: string } = {},
  ): number {
    const text = JSON.stringify(config);
    return told(this.path, () =>
      this.#transaction(() => {
        const { lastInsertRowid } = this.#database
          .prepare("INSERT INTO revisions (number, config, created, comment) VALUES (?, ?, ?, ?)")
          .run(number ?? null, text, created ?? new Date().toISOString(), comment);
        const newest = Number(lastInsertRowid);
        this.#database.prepare("DELETE FROM revisions WHERE number <= ?").run(newest - kept(text));
        return newest;
      }));
  }

  #transaction<T>(act: () => T): T {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = act();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      try {
        this.#database.exec("ROLLBACK");
      } catch {
        // A full disk may have rolled it back already.
      }
      throw error;
    }
  }

  /** Closes the file, once. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    told(this.path, () => this.#database.close());
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #read(query: string, ...values: number[]): Revision[] {
    return told(this.path, () =>
      this.#database.prepare(query).all(...values).map((row) => ({
        number: Number(row.number),
        config: JSON.parse(String(row.config)),
        created: String(row.created),
        comment: String(row.comment),
      })));
  }
}

/**
 * Keeps other programs from the folder, which must be there. The lock ends with the process, however that ends.
 *
 * @throws {StoreError} when another program has it.
 */
export function lockFolder(folder: string): Disposable {
  const path = join(folder, "lock");
  // SQLite's own lock of an empty file: the one kind of file lock that every Deno has.
  const database = told(path, () => new DatabaseSync(path));
  try {
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    throw new StoreError(`another program uses the state folder ${folder} already`, {
      cause: error,
    });
  }
  return { [Symbol.dispose]: () => database.close() };
}

/** How many revisions stay, by the size of the newest: they are much alike. */
function kept(text: string): number {
  return Math.min(KEEP_MOST, Math.max(KEEP_LEAST, Math.floor(KEEP_BYTES / text.length)));
}

/** Checks the file, or makes the tables where there is none yet. */
function prepare(path: string, database: DatabaseSync): void {
  // Before anything is written: whose file is this?
  const version = pragma(database, "user_version");
  const application = pragma(database, "application_id");
  const empty = pragma(database, "schema_version") === 0;
  if (!empty && application !== APPLICATION) {
    throw new StoreError(`${path}: not a store of this program`);
  }
  if (version > SCHEMA) {
    throw new StoreError(
      `${path}: written by a newer version (schema ${version}; this one knows ${SCHEMA})`,
    );
  }
  const [check] = Object.values(database.prepare("PRAGMA quick_check(1)").get() ?? {});
  if (check !== "ok") throw new StoreError(`${path}: damaged: ${check}`);
  database.exec("PRAGMA busy_timeout = 200; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  if (empty) database.exec(`BEGIN IMMEDIATE; ${TABLES} COMMIT`);
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}

/** Turns whatever the file system or SQLite throws into a sentence with the path. */
function told<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError(`${path}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}
