import { RefusedError } from "../refused.ts";
import { parseYaml, SyntaxProblem } from "../yaml.ts";
import type { Command } from "./mod.ts";
import { addExamples } from "./examples.ts";
import { connect, DRY_RUN_OPTION, JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { readText } from "./files.ts";
import { printApplied } from "./plan.ts";
import { wholeNumber } from "./vip_words.ts";

/** `guideway apply FILE`: sends a whole configuration and prints what changes. */
export function register(program: Command): void {
  const apply = program.command("apply")
    .description("Send a whole configuration to the running program and print what changes.")
    .argument("<file>", "configuration in YAML or JSON; - reads standard input")
    .option(...DRY_RUN_OPTION)
    .option("--if-match <revision>", "only if this is still the running revision")
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (file, options) => {
      const ifMatch = options.ifMatch === undefined
        ? {}
        : { ifMatch: wholeNumber("--if-match", options.ifMatch, 0, Number.MAX_SAFE_INTEGER) };
      const config = JSON.stringify(readConfig(await readText(file), file));
      using client = connect(options);
      const dryRun = options.dryRun ?? false;
      printApplied(await client.replace(config, "json", { dryRun, ...ifMatch }), options.json);
    });
  addExamples(apply, [
    "apply guideway.yaml --dry-run",
    "apply guideway.yaml --if-match 12",
  ]);
}

/** The value in the text; what it means is for the program to judge. @throws {RefusedError} with the place */
function readConfig(text: string, file: string): unknown {
  try {
    const value = parseYaml(text, file);
    if (value !== null) return value;
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    throw new RefusedError(400, [{ path: "", message: error.message }]);
  }
  const message = `${file} is empty; write {} for a configuration without VIPs`;
  throw new RefusedError(400, [{ path: "", message }]);
}
