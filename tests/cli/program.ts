/**
 * `guideway run` as a child process with a folder of its own, and commands that talk to it.
 *
 * @module
 */
import type { Client } from "../../lib/client.ts";
import { connectTo } from "../../lib/connect.ts";

export { CONFIG } from "../tools/config.ts";
import { PROGRAM, WORDS } from "../tools/self.ts";

/** What a command said and how it ended. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** A program that ends soon keeps no flows for the next one. */
function unkept([verb, ...options]: string[]): string[] {
  return verb === "run" && options.length > 0 ? ["--flow-memory", "none"] : [];
}

/** Runs `guideway ARGS…` to its end. */
export async function guideway(args: string[], env: Record<string, string> = {}): Promise<Outcome> {
  const { code, stdout, stderr } = await new Deno.Command(PROGRAM, {
    args: [...WORDS, ...args, ...unkept(args)],
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** A folder that is removed at the end of the scope. */
export async function makeFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "gw" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** Writes a configuration and returns the file's path. */
export async function writeConfig(folder: string, config: unknown): Promise<string> {
  const path = `${folder}/config.json`;
  await Deno.writeTextFile(path, JSON.stringify(config));
  return path;
}

/** A running program. Ends with its scope, however that ends. */
export class Program implements AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly socket: string;
  readonly client: Client;
  readonly #child: Deno.ChildProcess;
  readonly #log: Log;

  private constructor(child: Deno.ChildProcess, log: Log, url: string, socket: string) {
    this.#child = child;
    this.#log = log;
    this.url = url;
    this.socket = socket;
    this.client = connectTo({ socket });
  }

  /**
   * Starts it and waits until it is ready.
   *
   * @param folder Its state and socket lie there.
   * @param config Without it the last stored revision goes on.
   * @param more Further arguments; of two that say the same the last one counts.
   * @param env What it finds in its environment besides.
   */
  static async start(
    folder: string,
    config?: unknown,
    more: string[] = [],
    env: Record<string, string> = {},
  ): Promise<Program> {
    const socket = `${folder}/gw.sock`;
    const args = ["--state", `${folder}/state`, "--socket", socket, "--listen", "127.0.0.1:0"];
    args.push("--log-format", "text", "--flow-memory", "none");
    args.push(...more);
    if (config !== undefined) args.push("--config", await writeConfig(folder, config));
    return await Program.startAs([PROGRAM, ...WORDS, "run", ...args], socket, env);
  }

  /** The same for a whole command line, which logs text; `--socket` may be left to the environment. */
  static async startAs(
    words: string[],
    socket: string,
    env: Record<string, string> = {},
  ): Promise<Program> {
    const child = new Deno.Command(words[0]!, {
      args: words.slice(1),
      env: { GUIDEWAY_SOCKET: socket, ...env },
      cwd: "/",
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const log = new Log(child.stdout, child.stderr);
    const ready = await log.until(/ ready: .*url=(\S+)/);
    if (ready === null) {
      throw new Error(`it did not start (${(await child.status).code}):\n${log.text}`);
    }
    return new Program(child, log, ready[1]!.replaceAll('"', ""), socket);
  }

  /** What it logged and said up to now; all of it after it ended. */
  get log(): string {
    return this.#log.text;
  }

  /** Resolves when it logged such a line, or ended without. */
  logged(pattern: RegExp): Promise<RegExpExecArray | null> {
    return this.#log.until(pattern);
  }

  /** Runs a command that talks to it. */
  guideway(...args: string[]): Promise<Outcome> {
    return guideway(args, { GUIDEWAY_SOCKET: this.socket });
  }

  /** A request over TCP; `path` begins at the root. */
  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(this.url + path, init);
  }

  /** Resolves when it ended by itself. */
  get ended(): Promise<Deno.CommandStatus> {
    return this.#child.status;
  }

  /** Sends the signal. */
  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Sends the signal and waits for its end. */
  async stop(signal: Deno.Signal = "SIGTERM"): Promise<{ code: number; milliseconds: number }> {
    const start = performance.now();
    try {
      this.#child.kill(signal);
    } catch {
      // It ended by itself.
    }
    const { code } = await this.#child.status;
    const milliseconds = performance.now() - start;
    await this.#log.ended;
    return { code, milliseconds };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client[Symbol.dispose]();
    await this.stop("SIGKILL");
  }
}

/** Collects streams of text, and wakes up who waits for words in it. */
class Log {
  text = "";
  readonly ended: Promise<void>;
  #done = false;
  #grown = Promise.withResolvers<void>();

  constructor(...streams: ReadableStream<Uint8Array<ArrayBuffer>>[]) {
    this.ended = Promise.all(streams.map((stream) => this.#collect(stream))).then(() => {
      this.#done = true;
      this.#wake();
    });
  }

  async until(pattern: RegExp): Promise<RegExpExecArray | null> {
    for (;;) {
      const found = pattern.exec(this.text);
      if (found !== null || this.#done) return found;
      await this.#grown.promise;
    }
  }

  async #collect(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      this.text += part;
      this.#wake();
    }
  }

  #wake(): void {
    this.#grown.resolve();
    this.#grown = Promise.withResolvers();
  }
}
