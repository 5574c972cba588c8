import { chmodSync, existsSync, mkdirSync } from "node:fs";

/** Makes the folder where it is not there, for its owner only. */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
}
