/**
 * Programs that the demo starts inside its namespaces, and ends.
 *
 * @module
 */

const LAST_LINES = 20;
const PATIENCE_MS = 2000;

/**
 * The command line that starts this very program again, compiled or from source; or the executable that `GUIDEWAY_EXE`
 * names, so that the tests can run on it.
 */
export function selfCommand(args: string[]): string[] {
  const told = Deno.env.get("GUIDEWAY_EXE");
  if (told) return [told, ...args];
  if (Deno.build.standalone) return [Deno.execPath(), ...args];
  const main = new URL("../../main.ts", import.meta.url).pathname;
  return [Deno.execPath(), "run", "--allow-all", "--quiet", main, ...args];
}

async function eachLine(stream: ReadableStream<Uint8Array>, take: (line: string) => void) {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(take);
  }
  if (rest) take(rest);
}

/** A program in a namespace. It dies with this process, however this one ends. */
export class Child {
  /** How people know it: `Guideway`, `server s1`. */
  readonly title: string;
  /** Resolves with its exit code, or with the signal that ended it. */
  readonly ended: Promise<string>;
  readonly #child: Deno.ChildProcess;
  readonly #last: string[] = [];

  /** @param onLine gets every line of its stdout, which is kept for its words unless given */
  constructor(
    title: string,
    namespace: string,
    command: string[],
    onLine?: (line: string) => void,
  ) {
    this.title = title;
    this.#child = new Deno.Command("setpriv", {
      args: ["--pdeathsig", "KILL", "ip", "netns", "exec", namespace, ...command],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      // Away from the terminal's Ctrl-C: this process takes it and ends the others in order.
      detached: true,
    }).spawn();
    const read = Promise.all([
      eachLine(this.#child.stdout, onLine ?? ((line) => this.#keep(line))),
      eachLine(this.#child.stderr, (line) => this.#keep(line)),
    ]);
    this.ended = Promise.all([this.#child.status, read])
      .then(([status]) => status.signal ?? `code ${status.code}`);
  }

  #keep(line: string): void {
    this.#last.push(line);
    if (this.#last.length > LAST_LINES) this.#last.shift();
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** What it last wrote to stderr, and to stdout where nobody else reads that. */
  get words(): string {
    return this.#last.join("\n");
  }

  /** Rejects when the program ends; for a race with what it is needed for. */
  async failure(): Promise<never> {
    const how = await this.ended;
    const words = this.words ? `:\n${this.words}` : "";
    throw new Error(`${this.title} ended with ${how}${words}`);
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    this.#kill("SIGKILL");
    await this.ended;
  }

  /** Asks it to end, and ends it after 2 s. Does nothing when it is gone. */
  async stop(): Promise<void> {
    this.#kill("SIGTERM");
    const timer = setTimeout(() => this.#kill("SIGKILL"), PATIENCE_MS);
    await this.ended;
    clearTimeout(timer);
  }

  #kill(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch (error) {
      // TypeError: it has already ended.
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
