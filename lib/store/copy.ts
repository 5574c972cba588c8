/**
 * Copies of the store's file: to be read where its folder cannot be written (a full disk, a read-only one), and to be
 * kept.
 *
 * @module
 */
import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Where there is room although the disk is full. */
const FOLDERS = ["/dev/shm", tmpdir()];

/** A copy that can be read, in memory where there is room. Disposing of it removes it. */
export interface Copy extends Disposable {
  sqlite: DatabaseSync;
}

/** Copies the file with what SQLite keeps beside it; an empty one where there is none. */
export function copyStore(path: string): Copy {
  const folder = makeTemporary();
  const copy = folder === null ? ":memory:" : join(folder, "guideway.db");
  for (const part of folder === null ? [] : ["", "-wal"]) {
    if (existsSync(path + part)) copyFileSync(path + part, copy + part);
  }
  const sqlite = new DatabaseSync(copy);
  return {
    sqlite,
    [Symbol.dispose]: () => {
      sqlite.close();
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Writes what the file holds at this moment into a new one, whoever writes it meanwhile. (By copies of its parts while
 * writers wait: `VACUUM INTO` attaches a database, which not every runtime allows.)
 */
export function copyWhole(path: string, file: string): void {
  const part = `${file}.part`;
  const parts = ["", "-wal", "-shm"].map((end) => part + end);
  try {
    copyParts(path, part);
    const copy = new DatabaseSync(part);
    try {
      copy.exec("PRAGMA journal_mode = DELETE");
    } finally {
      copy.close();
    }
    renameSync(part, file);
  } finally {
    for (const one of parts) rmSync(one, { force: true });
  }
}

/** The file and the log beside it fit each other as long as nobody may write. */
function copyParts(path: string, to: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA busy_timeout = 5000");
    database.exec("BEGIN IMMEDIATE");
    for (const end of ["", "-wal"]) {
      if (existsSync(path + end)) copyFileSync(path + end, to + end);
    }
    database.exec("ROLLBACK");
  } finally {
    database.close();
  }
}

function makeTemporary(): string | null {
  for (const parent of FOLDERS) {
    try {
      return mkdtempSync(join(parent, "guideway-store-"));
    } catch {
      // The next one.
    }
  }
  return null;
}
