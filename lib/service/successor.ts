/**
 * After an upgrade: the executable that the service's unit names becomes the new one.
 *
 * @module
 */
import { lstatSync, readFileSync, realpathSync } from "node:fs";
import { chmod, copyFile, link, open, realpath, rename, rm, stat } from "node:fs/promises";
import type { UpgradeView } from "../upgrade/view.ts";
import { below, UNIT } from "./place.ts";
import { programOf } from "./unit.ts";

/**
 * What the service starts next time, where that is the executable that ran before the upgrade; null: it is no service, or
 * the new one stands there already. A link is its owner's to move.
 *
 * @param root Of the machine's files, for tests.
 */
export function installPlace(
  { file, installed }: Pick<UpgradeView, "file" | "installed">,
  root = "/",
): { path: string; link: boolean } | null {
  if (installed === null) return null;
  try {
    const path = programOf(readFileSync(below(root, UNIT), "utf8"));
    if (path === null || realpathSync(path) !== realpathSync(installed)) return null;
    if (realpathSync(path) === realpathSync(file)) return null;
    return { path, link: lstatSync(path).isSymbolicLink() };
  } catch {
    // There is no unit, or what it names is gone.
    return null;
  }
}

/**
 * Puts the file's bytes there: whenever this is cut short, one of the two executables stands there, and whole.
 *
 * @returns Where the former one is now.
 * @throws {Error} with the path and what to type
 */
export async function install(file: string, place: string): Promise<string> {
  const fresh = `${place}.new`;
  const previous = `${place}.previous`;
  try {
    await copyFile(await realpath(file), fresh);
    await chmod(fresh, (await stat(place)).mode & 0o7777);
    await onDisk(fresh);
    await rm(previous, { force: true });
    await link(place, previous);
    await rename(fresh, place);
    return previous;
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => {});
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `the new program runs, but ${place} is still the old one: ${reason}; put it there before the ` +
        `service starts anew: sudo install -m 755 ${file} ${place}`,
    );
  }
}

async function onDisk(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
