/**
 * The store: what outlives the program, in one SQLite file. What {@linkcode Revisions.append} returned from is on the
 * disk, whatever happens to the program afterwards.
 *
 * @module
 */
import { join } from "node:path";
import { Audit } from "./store/audit.ts";
import { Database } from "./store/database.ts";
import { told } from "./store/error.ts";
import { makeFolder } from "./store/folder.ts";
import { SampleHistory } from "./store/history.ts";
import { Revisions } from "./store/revisions.ts";
import { Tokens } from "./store/tokens.ts";

export { StoreError } from "./store/error.ts";
export { lockFolder } from "./store/lock.ts";

/** The open store. One process at a time writes it. */
export class Store implements Disposable {
  readonly path: string;
  readonly #database: Database;
  readonly revisions: Revisions;
  readonly tokens: Tokens;
  readonly audit: Audit;
  readonly history: SampleHistory;

  private constructor(database: Database) {
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
    return new Store(Database.open(path));
  }

  /** Closes the file, once. */
  close(): void {
    this.#database.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
