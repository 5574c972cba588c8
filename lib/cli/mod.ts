/**
 * argv → command → exit code. The only file that names the command line library; a verb's file exports
 * `register(program)`, hangs its command on the program there, and is loaded only when it is asked for.
 *
 * An action prints through `output.ts` and returns, or throws: {@linkcode CommandError} with the exit
 * code of its choice, `RefusedError` (4), or anything else whose message is a sentence (1).
 *
 * @module
 */
import { Command, CommanderError } from "@commander-js/extra-typings";
import { EXIT } from "./exit.ts";
import { exitCodeOf, sentenceOf } from "./failure.ts";
import { OutputClosed, say, write } from "./output.ts";
import { addTargetOptions } from "./target.ts";
import { VERSION } from "../version.ts";
import { PURPOSE, rootHelp } from "./help.ts";
import { VERBS } from "./verbs.ts";
import { spellOutWatch } from "./spell_out.ts";

export type { Command };

/** Runs the command that `args` names; never throws and never ends the process. */
export async function main(words: string[]): Promise<number> {
  const args = spellOutWatch(words);
  try {
    const program = await createProgram(args);
    await program.parseAsync(args, { from: "user" });
    return EXIT.done;
  } catch (error) {
    return explain(error);
  }
}

/** The command line, with the verb loaded that the words name. */
export async function createProgram(args: string[]): Promise<Command> {
  const program = new Command("guideway")
    .description(PURPOSE)
    .version(await versions(args), "-V, --version", "print the versions")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .showHelpAfterError("(--help tells more)")
    .configureOutput({
      writeOut: write,
      writeErr: say,
      outputError: (text, write) => write(text.replace(/^error: /, "guideway: ")),
    })
    .exitOverride();
  // Only its own: those of its commands are made of what they have.
  program.helpInformation = rootHelp;
  const words = args.filter((arg) => !arg.startsWith("-"));
  const wanted = words[0] === "help" ? words[1] : words[0];
  for (const verb of VERBS) {
    if (verb.name === wanted) {
      (await verb.load()).register(program as unknown as Command, createProgram);
    } else program.command(verb.name).description(verb.summary);
  }
  addTargetOptions(program as unknown as Command);
  return program as unknown as Command;
}

/** The library is loaded only where its versions are asked for. */
async function versions(args: string[]): Promise<string> {
  if (!args.some((arg) => arg === "-V" || arg === "--version")) return VERSION;
  return (await import("./versions.ts")).versionLines();
}

/** Says what went wrong, in a sentence and never a stack. */
function explain(error: unknown): number {
  if (error instanceof OutputClosed) return EXIT.done;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const sentence = sentenceOf(error);
  if (sentence !== "") say(`guideway: ${sentence}`);
  return exitCodeOf(error);
}
