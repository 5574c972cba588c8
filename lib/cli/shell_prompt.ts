/**
 * Where the shell's lines come from: a prompt with history and completion, or standard input as it is.
 *
 * @module
 */
import process from "node:process";
import { createInterface, type Interface } from "node:readline";
import type { Client } from "../client.ts";
import type { Config } from "../config.ts";
import { History } from "./shell_history.ts";
import { write } from "./output.ts";
import { tabWords } from "../vpp/complete.ts";

/** First words that the shell knows besides VPP's. */
const OWN_WORDS = ["exec", "help", "quit"];

/** Lines, one after the other; the next one is asked for when the last one was dealt with. */
export class Prompt {
  static readonly TEXT = "guideway# ";
  readonly atTerminal = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  readonly #client: Client;
  readonly #history: History;

  /** @param state The folder of the history. */
  constructor(client: Client, state: string) {
    this.#client = client;
    this.#history = new History(state);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, unknown> {
    const lines = this.atTerminal ? this.#terminal() : createInterface({ input: process.stdin });
    try {
      if (this.atTerminal) lines.prompt();
      for await (const line of lines) {
        if (this.atTerminal) this.#history.add(line);
        yield line;
        if (this.atTerminal) lines.prompt();
      }
      // Ctrl-D leaves the cursor behind the prompt.
      if (this.atTerminal) write("\n");
    } finally {
      lines.close();
    }
  }

  #terminal(): Interface {
    const lines = createInterface({
      input: process.stdin,
      output: process.stdout,
      prompt: Prompt.TEXT,
      history: this.#history.newestFirst(),
      historySize: History.SIZE,
      removeHistoryDuplicates: true,
      completer: (text: string, done: Completed) => {
        this.#complete(text).then((found) => done(null, found), () => done(null, [[], text]));
      },
    });
    lines.on("SIGINT", () => {
      // Both ends of the line go, whatever the cursor is at.
      lines.write(null, { ctrl: true, name: "e" });
      lines.write(null, { ctrl: true, name: "u" });
      write("\n");
      lines.prompt();
    });
    return lines;
  }

  async #complete(text: string): Promise<[string[], string]> {
    const { word, words: known } = tabWords(text, await this.#config());
    const own = word === text ? OWN_WORDS.filter((one) => one.startsWith(word)) : [];
    const words = [...known, ...own];
    return [words.map((word) => `${word} `), word];
  }

  /** Keywords are completed without a running program, too. */
  async #config(): Promise<Config | null> {
    try {
      return (await this.#client.config()).config;
    } catch {
      return null;
    }
  }
}

type Completed = (error: null, found: [string[], string]) => void;
