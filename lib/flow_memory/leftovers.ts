/**
 * Folders of established connections whose state directory is no more: nobody will look for them again.
 *
 * @module
 */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Notes in a folder whose it is. */
const OWNER = "state";

/** Notes that the folder is that state directory's. @throws {Error} when it cannot be written */
export function noteOwner(folder: string, stateDirectory: string): void {
  writeFileSync(join(folder, OWNER), stateDirectory, { mode: 0o600 });
}

/** Removes those of this user among the folders beside this one. What cannot be removed stays. */
export function removeLeftovers(beside: string): void {
  const parent = join(beside, "..");
  for (const name of readdirSync(parent)) {
    if (!/^guideway-[0-9a-f]{16}$/.test(name)) continue;
    const folder = join(parent, name);
    try {
      if (statSync(folder).uid !== Deno.uid()) continue;
      const owner = readFileSync(join(folder, OWNER), "utf8");
      if (owner !== "" && statSync(owner, { throwIfNoEntry: false }) === undefined) {
        rmSync(folder, { recursive: true });
      }
    } catch {
      // It has no owner yet, or is going just now.
    }
  }
}
