/**
 * The store in one file: written while the program runs, and put back while it does not.
 *
 * @module
 */
import { copyFileSync, existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Store } from "./store.ts";
import { copyWhole } from "./store/copy.ts";
import { StoreError, told } from "./store/error.ts";
import { makeFolder } from "./store/folder.ts";
import { lockFolder } from "./store/lock.ts";
import { removeLastGood } from "./store/last_good.ts";
import { setAside } from "./store/salvage.ts";

/** What a file of a store holds. */
export interface BackupView {
  file: string;
  /** The newest revision; null: none. */
  revision: number | null;
  revisions: number;
  tokens: number;
  audit: number;
}

/**
 * Copies the store of a folder, as it is at this moment, into a new file.
 *
 * @throws {StoreError} when there is no store, or the file is there already.
 */
export function backupStore(folder: string, file: string): BackupView {
  const path = join(folder, "guideway.db");
  if (!existsSync(path)) throw new StoreError(`${path}: there is no store`);
  if (existsSync(file)) throw new StoreError(`${file}: is there already`);
  told(file, () => copyWhole(path, file));
  return viewBackup(file);
}

/**
 * Puts a copy in the place of a folder's store; what was there is set aside.
 *
 * @returns what is there now, and the name of what was there before; null: nothing.
 * @throws {StoreError} when the program runs on that folder, or the file is no store: nothing changed.
 */
export function restoreStore(
  folder: string,
  file: string,
): BackupView & { before: string | null } {
  const view = viewBackup(file);
  using _lock = lockFolder(folder);
  const path = join(folder, "guideway.db");
  return told(path, () => {
    makeFolder(folder);
    const fresh = `${path}.new`;
    copyFileSync(file, fresh);
    const before = existsSync(path) ? setAside(path, "before-restore") : null;
    renameSync(fresh, path);
    removeLastGood(folder);
    return { ...view, file, before };
  });
}

/** @throws {StoreError} when it is no store, or damaged */
function viewBackup(file: string): BackupView {
  if (!existsSync(file)) throw new StoreError(`${file}: is not there`);
  using copy = temporaryCopy(file);
  try {
    using store = Store.open(copy.folder);
    return { file, ...store.counts() };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const message = error.message.replaceAll(join(copy.folder, "guideway.db"), file);
    throw new StoreError(message, { cause: error });
  }
}

/** Opening a store brings it up to date: that is done to a copy. */
function temporaryCopy(file: string): { folder: string } & Disposable {
  const folder = told(file, () => Deno.makeTempDirSync({ prefix: "guideway-backup-" }));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    told(file, () => copyFileSync(file, join(folder, "guideway.db")));
  } catch (error) {
    remove();
    throw error;
  }
  return { folder, [Symbol.dispose]: remove };
}
