/**
 * The store: what outlives the program, in one SQLite file. What {@linkcode Revisions.append} returned from is on the
 * disk, whatever happens to the program afterwards.
 *
 * @module
 */
import { join } from "node:path";
import { log } from "./log.ts";
import { Audit } from "./store/audit.ts";
import { Database } from "./store/database.ts";
import { StoreError, told } from "./store/error.ts";
import { makeFolder } from "./store/folder.ts";
import { SampleHistory } from "./store/history.ts";
import { readLastGood, writeLastGood } from "./store/last_good.ts";
import { type Revision, Revisions } from "./store/revisions.ts";
import { salvage, setAside } from "./store/salvage.ts";
import { Tokens } from "./store/tokens.ts";

export { StoreError } from "./store/error.ts";
export { lockFolder } from "./store/lock.ts";

/** The open store. One process at a time writes it. */
export class Store implements Disposable {
  readonly #folder: string;
  readonly path: string;
  /** What became of it when it was opened, if that is to be known: sentences. */
  readonly notes: readonly string[];
  readonly #database: Database;
  readonly revisions: Revisions;
  readonly tokens: Tokens;
  readonly audit: Audit;
  readonly history: SampleHistory;

  private constructor(folder: string, database: Database, notes: readonly string[] = []) {
    this.#folder = folder;
    this.notes = notes;
    this.path = database.path;
    this.#database = database;
    this.revisions = new Revisions(database);
    this.tokens = new Tokens(database);
    this.audit = new Audit(database);
    this.history = new SampleHistory(database);
  }

  /**
   * Opens `guideway.db` in the folder; makes both where they are not there (the folder for its owner only). What an
   * older version wrote is brought up to date.
   *
   * @throws {StoreError} when the file is damaged, newer than this program, or not ours: it is left as it is.
   */
  static open(folder: string): Store {
    const path = join(folder, "guideway.db");
    told(path, () => makeFolder(folder));
    return new Store(folder, Database.open(path));
  }

  /**
   * The same for a program that has to run whatever became of the disk. A damaged file is set aside, and a new one has what
   * could be read of it; of a file that cannot be written a copy is read, and {@linkcode mend} tries again. The log
   * says so, and for the latter `problem`.
   *
   * @throws {StoreError} when the file is newer than this program, or another program's.
   */
  static openAnyway(folder: string): Store {
    try {
      return openCaughtUp(() => Store.open(folder));
    } catch (error) {
      if (!(error instanceof StoreError) || error.trouble === "other") throw error;
      log("store_not_opened", { error: error.message });
      return error.trouble === "damaged" ? Store.#salvage(folder) : Store.#read(folder, error);
    }
  }

  /** Of what cannot be written. */
  static #read(folder: string, { message }: StoreError): Store {
    return new Store(folder, Database.openCopy(join(folder, "guideway.db"), message));
  }

  static #salvage(folder: string): Store {
    const path = join(folder, "guideway.db");
    const aside = told(path, () => setAside(path, "damaged"));
    return openCaughtUp(() => {
      const database = Database.open(path);
      const { revisions, tokens, audit } = salvage(aside, database);
      const note = `the store was damaged and is set aside as ${aside}; of it go on ` +
        `${revisions} revisions, ${tokens} tokens and ${audit} entries of the audit log`;
      log("store_damaged", { aside, revisions, tokens, audit });
      return new Store(folder, database, [note]);
    });
  }

  /** Adds the newest revision where it is the one thing that is missing. @throws {StoreError} */
  catchUp(): void {
    const last = readLastGood(this.#folder);
    if (last === null || last.number <= (this.revisions.latest()?.number ?? 0)) return;
    log("revision_added", { revision: last.number });
    this.revisions.append(last.config, last);
  }

  /** Why nothing can be written since the start, or null. */
  get problem(): string | null {
    return this.#database.problem;
  }

  /** Goes over to the file, if that can be written by now. */
  mend(): void {
    this.#database.mend();
  }

  /** Keeps a revision that runs, as the newest one. @throws {StoreError} */
  keep(revision: Revision): void {
    const there = this.revisions.get(revision.number);
    // Tried again after the second copy could not be written, it is there already.
    if (there?.created !== revision.created) this.revisions.append(revision.config, revision);
    writeLastGood(this.#folder, revision);
  }

  /** What it holds. `revision`: the newest one's number. */
  counts(): { revision: number | null; revisions: number; tokens: number; audit: number } {
    const count = (table: string) =>
      Number(this.#database.first(`SELECT count(*) AS n FROM ${table}`)?.n);
    return {
      revision: this.revisions.latest()?.number ?? null,
      revisions: count("revisions"),
      tokens: count("tokens"),
      audit: count("audit"),
    };
  }

  /** Closes the file, once. */
  close(): void {
    this.#database.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function openCaughtUp(open: () => Store): Store {
  const store = open();
  try {
    store.catchUp();
    return store;
  } catch (error) {
    store.close();
    throw error;
  }
}
