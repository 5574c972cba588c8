/**
 * One line of the shell.
 *
 * @module
 */
import type { Client } from "../client.ts";
import { execute } from "./exec.ts";
import { CommandError, EXIT } from "./exit.ts";
import { exitCodeOf, sentenceOf } from "./failure.ts";
import { readText } from "./files.ts";
import { OutputClosed, print, table } from "./output.ts";
import { complete, usage } from "../vpp/complete.ts";
import { LineError } from "../vpp/line_error.ts";
import { runCommands } from "../vpp/run.ts";
import { readScript } from "../vpp/script.ts";
import { show } from "../vpp/show.ts";

/** Why a line was not carried out. */
export class Failure {
  readonly code: number;
  readonly #error: unknown;

  constructor(error: unknown) {
    this.#error = error;
    this.code = error instanceof LineError ? EXIT.refused : exitCodeOf(error);
  }

  /** Below the line, as it stands behind a prompt of so many letters: a mark under the word, and the sentence. */
  atPrompt(indent: number): string {
    if (!(this.#error instanceof LineError)) return sentenceOf(this.#error);
    return `${" ".repeat(indent + this.#error.place.column - 1)}^\n${this.#error.message}`;
  }

  /** With its place in standard input. */
  inText(line: number): string {
    if (!(this.#error instanceof LineError)) return `stdin:${line}: ${sentenceOf(this.#error)}`;
    return `stdin:${line}:${this.#error.place.column}: ${this.#error.message}`;
  }
}

/** Carries out one line. Null: it is done. @throws {OutputClosed} */
export async function runShellLine(client: Client, text: string): Promise<Failure | "quit" | null> {
  try {
    const [word = "", ...rest] = text.trim().split(/\s+/);
    if (/^(quit|exit|q)$/.test(word) && rest.length === 0) return "quit";
    if (word === "help" && rest.length === 0) printUsage();
    else if (word === "help") await printHelp(client, `${rest.join(" ")} `);
    else if (text.trim() === "?") printUsage();
    else if (text.trimEnd().endsWith("?")) await printHelp(client, text.trimEnd().slice(0, -1));
    else if (word === "exec") await execFile(client, rest);
    else await runText(client, text);
    return null;
  } catch (error) {
    if (error instanceof OutputClosed) throw error;
    return new Failure(error);
  }
}

async function runText(client: Client, text: string): Promise<void> {
  for (const command of readScript(text)) {
    if (command.kind === "show") print((await show(client, command.what)).text);
    else print((await runCommands(client, [command])).answers.join("\n"));
  }
}

async function execFile(client: Client, [file, ...more]: string[]): Promise<void> {
  if (file === undefined || more.length > 0) throw new CommandError("exec takes one file");
  await execute(client, await readText(file), file, false);
}

function printUsage(): void {
  const ours: [string, string][] = [
    ["exec FILE", "carry out a file of lines as one change"],
    ["help, ?", "this; behind words: what may come next"],
    ["quit", "end; Ctrl-D, too"],
  ];
  print([...usage(), ...ours].map(([line, help]) => `${line}\n    ${help}`).join("\n"));
}

async function printHelp(client: Client, before: string): Promise<void> {
  const { config } = await client.config();
  const { candidates } = complete(before, config);
  print(table(["NEXT", "MEANING"], candidates.map(({ text, help }) => [text, help])));
}
