import type { Command } from "./mod.ts";
import { addExamples } from "./examples.ts";
import { connect, SOCKET_OPTION } from "./client.ts";
import { CommandError, EXIT } from "./exit.ts";
import { Prompt } from "./shell_prompt.ts";
import { runShellLine } from "./shell_line.ts";
import { say } from "./output.ts";
import { defaultStateDirectory } from "../paths.ts";

/** `guideway shell`: VPP's lines at a prompt, or from standard input. */
export function register(program: Command): void {
  const shell = program.command("shell")
    .description("A prompt for VPP's lines, with history, completion (Tab) and help (?).")
    .option("--state <dir>", "where the history is kept", defaultStateDirectory())
    .option(...SOCKET_OPTION)
    .action(async (options) => {
      using client = connect(options);
      const prompt = new Prompt(client, options.state);
      let failed: number = EXIT.done;
      let number = 0;
      for await (const text of prompt) {
        const outcome = await runShellLine(client, text);
        number++;
        if (outcome === "quit") break;
        if (outcome === null) continue;
        say(prompt.atTerminal ? outcome.atPrompt(Prompt.TEXT.length) : outcome.inText(number));
        if (failed === EXIT.done) failed = outcome.code;
      }
      // Who types has seen it.
      if (!prompt.atTerminal && failed !== EXIT.done) throw new CommandError("", failed);
    });
  addExamples(shell, [
    "shell",
    'printf "show lb vips\\n" | guideway shell',
  ], NOTES);
}

const NOTES =
  `Each line is a change of its own; exec FILE carries out a file as one. quit or Ctrl-D ends.
Without a terminal the lines come from standard input; the exit code is the first failure's.`;
