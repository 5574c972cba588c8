import { resolve } from "node:path";
import { restoreStore } from "../backup.ts";
import { backupWords, STATE_OPTION } from "./backup.ts";
import { JSON_OPTION } from "./client.ts";
import { addExamples } from "./examples.ts";
import type { Command } from "./mod.ts";
import { print, printJson, say } from "./output.ts";

/** `guideway restore FILE`: puts a backup back while the program does not run. */
export function register(program: Command): void {
  const restore = program.command("restore")
    .description(
      "Put a backup in the place of the store; what was there is set aside. Stop the program first.",
    )
    .argument("<file>", "what guideway backup wrote")
    .option(...STATE_OPTION)
    .option(...JSON_OPTION)
    .action((file, options) => {
      const view = restoreStore(options.state, resolve(file));
      if (options.json) return printJson(view);
      print(`restored: ${backupWords(view)}`);
      if (view.before !== null) say(`what was there before is ${view.before}`);
    });
  addExamples(restore, ["restore /root/guideway.backup", "restore today.db --state ./state"]);
}
