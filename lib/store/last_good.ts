/**
 * The newest revision once more, in a file of its own beside the store: `last-good.json`. When the store is damaged
 * this is what goes on.
 *
 * @module
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { told } from "./error.ts";
import type { Revision } from "./revisions.ts";

const FILE = "last-good.json";

/** Replaces the file as a whole: it is the old one or the new one, whatever happens. @throws {StoreError} */
export function writeLastGood(folder: string, revision: Revision): void {
  const path = join(folder, FILE);
  const text = JSON.stringify(revision);
  told(path, () => {
    const file = openSync(`${path}.new`, "w", 0o600);
    try {
      writeSync(file, JSON.stringify({ sha256: hash(text), revision: text }));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(`${path}.new`, path);
  });
}

/** What it holds; null where it is not there, or is not as it was written. */
export function readLastGood(folder: string): Revision | null {
  try {
    const { sha256, revision } = JSON.parse(readFileSync(join(folder, FILE), "utf8"));
    return sha256 === hash(revision) ? JSON.parse(revision) : null;
  } catch {
    return null;
  }
}

/** For another store: its newest revision is another one. */
export function removeLastGood(folder: string): void {
  rmSync(join(folder, FILE), { force: true });
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
