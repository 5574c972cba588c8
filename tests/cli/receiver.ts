/**
 * A service manager's socket, and what it hears.
 *
 * @module
 */
import assert from "node:assert/strict";

/** The lines of what listens at a socket. Ends with its scope. */
export class Receiver implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(path: string) {
    const script = new URL("./notify_receiver.ts", import.meta.url).pathname;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--unstable-net", "--quiet", script, path],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    this.#lines = linesOf(this.#child.stdout);
  }

  static async open(path: string): Promise<Receiver> {
    const receiver = new Receiver(path);
    assert.equal((await receiver.#lines.next()).value, "listening");
    return receiver;
  }

  /** The next datagram that begins so; those before it are passed over. */
  async until(begin: string): Promise<string> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`nothing came that begins with ${begin}`);
      const text = JSON.parse(value) as string;
      if (text.startsWith(begin)) return text;
    }
  }

  async next(): Promise<string> {
    return JSON.parse((await this.#lines.next()).value);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
    while (!(await this.#lines.next()).done);
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
  let text = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (text + part).split("\n");
    text = lines.pop()!;
    yield* lines;
  }
}
