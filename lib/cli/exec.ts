import type { Client } from "../client.ts";
import type { Applied } from "../change.ts";
import type { Command } from "./mod.ts";
import { addExamples } from "./examples.ts";
import { connect, DRY_RUN_OPTION, SOCKET_OPTION } from "./client.ts";
import { EXIT } from "./exit.ts";
import { readText } from "./files.ts";
import { print, say } from "./output.ts";
import { printApplied } from "./plan.ts";
import { lineFailure } from "./vpp_line.ts";
import type { Command as VppCommand } from "../vpp/command.ts";
import { runCommands } from "../vpp/run.ts";
import { changes, readScript } from "../vpp/script.ts";
import { show } from "../vpp/show.ts";

/** `guideway exec FILE`: VPP's lines of a file, as one change. */
export function register(program: Command): void {
  const exec = program.command("exec")
    .description("Carry out a file of VPP's lines as one change: all of it, or nothing.")
    .argument("<file>", "lines as in VPP, comments with #; - reads standard input")
    .option(...DRY_RUN_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (file, options) => {
      const text = await readText(file);
      using client = connect(options);
      const applied = await execute(client, text, file, options.dryRun ?? false);
      if (applied === null) return;
      if (options.dryRun) printApplied(applied, false);
      else say(`revision ${applied.revision} runs`);
    });
  addExamples(exec, [
    "exec lb.txt",
    "exec lb.txt --dry-run",
  ], NOTES);
}

/**
 * Carries out the lines of a text and prints what each prints; what it shows is the state after all of them.
 *
 * @param file What to call the text in messages.
 * @returns Null: there was nothing but looks.
 * @throws {CommandError} refused, `FILE:LINE:COLUMN: sentence`
 */
export async function execute(
  client: Client,
  text: string,
  file: string,
  dryRun: boolean,
): Promise<Applied | null> {
  try {
    const commands = readScript(text);
    const ran = changes(commands) ? await runCommands(client, commands, { dryRun }) : null;
    if (!dryRun) await printAnswers(client, commands, ran?.answers ?? []);
    return ran?.applied ?? null;
  } catch (error) {
    throw lineFailure(error, EXIT.refused, (failed) => failed.in(file));
  }
}

async function printAnswers(
  client: Client,
  commands: VppCommand[],
  answers: string[],
): Promise<void> {
  for (const [at, command] of commands.entries()) {
    print(command.kind === "show" ? (await show(client, command.what)).text : answers[at] ?? "");
  }
}

const NOTES =
  `The order of lines matters as in VPP, but what a line needs of others may stand behind it. A line
that is wrong is told as FILE:LINE:COLUMN, and nothing of the file is carried out.`;
