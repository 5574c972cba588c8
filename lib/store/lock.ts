import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StoreError, told } from "./error.ts";
import { makeFolder } from "./folder.ts";

const NO_LOCK: Disposable = { [Symbol.dispose]: () => {} };

/**
 * Keeps other programs from the folder, which is made where it is not there. The lock ends with the process, however
 * that ends.
 *
 * @throws {StoreError} when another program has it.
 */
export function lockFolder(folder: string): Disposable {
  const path = join(folder, "lock");
  // SQLite's own lock of an empty file: the one kind of file lock that every Deno has.
  let database: DatabaseSync;
  try {
    database = told(path, () => {
      makeFolder(folder);
      return new DatabaseSync(path);
    });
  } catch (error) {
    if (error instanceof StoreError && error.trouble === "unwritable") return NO_LOCK;
    throw error;
  }
  try {
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    // Where nothing can be written nobody else writes either.
    if (!/locked|busy/i.test(String(error))) return NO_LOCK;
    throw new StoreError(`another program uses the state folder ${folder} already`, {
      cause: error,
    });
  }
  return { [Symbol.dispose]: () => database.close() };
}
