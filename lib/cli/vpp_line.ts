/**
 * A verb whose words are one line of VPP's commands.
 *
 * @module
 */
import type { Command } from "./mod.ts";
import { connect, DRY_RUN_OPTION, JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { CommandError, EXIT, usageError } from "./exit.ts";
import { addExamples } from "./examples.ts";
import { print, say } from "./output.ts";
import { printApplied } from "./plan.ts";
import { COUNT_OPTION, read, type ReadingOptions, WATCH_OPTION } from "./watch.ts";
import type { Command as VppCommand } from "../vpp/command.ts";
import { LineError } from "../vpp/line_error.ts";
import { runCommands } from "../vpp/run.ts";
import { readScript } from "../vpp/script.ts";
import { show } from "../vpp/show.ts";

/** What such a verb is called and says about itself. */
export interface LineVerb {
  name: string;
  description: string;
  examples: string[];
}

/** Hangs the verb on the program. Its words are taken as they are; options may stand at the end. */
export function registerLine(program: Command, { name, description, examples }: LineVerb): void {
  const verb = program.command(name)
    .description(description)
    .argument("<words...>", "as in VPP")
    .allowUnknownOption()
    .option(...DRY_RUN_OPTION)
    .option(...WATCH_OPTION)
    .option(...COUNT_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action((words, options) => runLine([name, ...words], options));
  addExamples(verb, examples);
}

interface LineOptions extends ReadingOptions {
  dryRun?: true | undefined;
}

async function runLine(words: string[], options: LineOptions): Promise<void> {
  // A word with space in it is several, such as a VIP's name in quotes.
  const [command] = readLine(words.join(" ").replace(/\s+/g, " "));
  if (command === undefined) return;
  if (command.kind === "show") {
    const { what } = command;
    return await read(options, {
      ask: (client) => show(client, what),
      text: ({ value }) => value.text,
      json: ({ value }) => value,
    });
  }
  if (options.watch !== undefined) throw usageError("--watch is for lines that begin with show");
  using client = connect(options);
  const { dryRun = false, json } = options;
  const { applied, answers } = await runCommands(client, [command], { dryRun })
    .catch((error) => Promise.reject(lineFailure(error, EXIT.refused, inColumn)));
  if (json || dryRun) return printApplied(applied, json);
  print(answers.join("\n"));
  say(`revision ${applied.revision} runs`);
}

/** @throws {CommandError} wrong usage */
function readLine(text: string): VppCommand[] {
  try {
    return readScript(text);
  } catch (error) {
    throw lineFailure(error, EXIT.usage, inColumn);
  }
}

/** One line has no number. */
function inColumn({ place, message }: LineError): string {
  return `column ${place.column}: ${message}`;
}

/** An error of a line as a command ends with it; any other as it is. */
export function lineFailure(
  error: unknown,
  code: number,
  told: (error: LineError) => string,
): unknown {
  return error instanceof LineError ? new CommandError(told(error), code) : error;
}
