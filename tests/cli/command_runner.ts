/**
 * Commands one after the other in one process, since starting one is what takes long: words as JSON come in a line each,
 * and what stderr got and the exit code go out.
 *
 * @module
 */
import { main } from "../../lib/cli/mod.ts";

/** Behind each command's words on stderr, with its exit code. */
const END = /\n?\0(\d+)\n/;

/** A process that runs commands. Ends with its scope. */
export class CommandRunner implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #said: ReadableStreamDefaultReader<string>;
  #text = "";

  constructor(folder: string, env: Record<string, string>) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", import.meta.filename!],
      cwd: folder,
      env,
      stdin: "piped",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#said = this.#child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Runs `guideway WORDS…`. */
  async run(words: string[]): Promise<{ code: number; stderr: string }> {
    await this.#writer.write(new TextEncoder().encode(`${JSON.stringify(words)}\n`));
    for (;;) {
      const found = END.exec(this.#text);
      if (found !== null) {
        const stderr = this.#text.slice(0, found.index);
        this.#text = this.#text.slice(found.index + found[0].length);
        return { code: Number(found[1]), stderr };
      }
      const { value, done } = await this.#said.read();
      if (done) throw new Error(`it ended by itself: ${this.#text}`);
      this.#text += value;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => {});
    await this.#child.status;
    await this.#said.cancel();
  }
}

if (import.meta.main) {
  let text = "";
  for await (const part of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const lines = (text + part).split("\n");
    text = lines.pop()!;
    for (const line of lines) console.error(`\0${await main(JSON.parse(line))}`);
  }
}
