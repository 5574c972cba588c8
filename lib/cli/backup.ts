import { resolve } from "node:path";
import { defaultStateDirectory } from "../paths.ts";
import { backupStore, type BackupView } from "../backup.ts";
import { JSON_OPTION } from "./client.ts";
import { addExamples } from "./examples.ts";
import type { Command } from "./mod.ts";
import { print, printJson } from "./output.ts";

/** `guideway backup FILE`: the store in one file, also while the program runs. */
export function register(program: Command): void {
  const backup = program.command("backup")
    .description(
      "Copy the store into one file: revisions, tokens (hashed), audit log, history.\n" +
        "The program may run meanwhile.",
    )
    .argument("<file>", "a new file")
    .option(...STATE_OPTION)
    .option(...JSON_OPTION)
    .action((file, options) => {
      const view = backupStore(options.state, resolve(file));
      if (options.json) printJson(view);
      else print(`${view.file}: ${backupWords(view)}`);
    });
  addExamples(backup, ["backup today.db --state ./state"]);
}

/** Whose store it is. */
export const STATE_OPTION = [
  "--state <dir>",
  "where revisions are stored",
  defaultStateDirectory(),
] as const;

/** What a store holds, in words. */
export function backupWords({ revision, revisions, tokens, audit }: BackupView): string {
  const newest = revision === null
    ? "no revision"
    : `revision ${revision} and ${revisions - 1} before`;
  return `${newest}, ${tokens} tokens, ${audit} entries of the audit log`;
}
