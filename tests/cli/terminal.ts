/**
 * A command at a real pseudo terminal, which `script` makes, and the screen that somebody would see there.
 *
 * @module
 */
import xterm from "@xterm/headless";
import { PROGRAM, WORDS } from "../tools/self.ts";

const LONG_MS = 90_000;

/** How a terminal is made. */
export interface TerminalOptions {
  /** For files about it. */
  folder: string;
  rows?: number;
  columns?: number;
  env?: Record<string, string>;
  /** Another program than guideway. */
  program?: string[];
}

/** Keys are typed, the screen is read. Ends with its scope. */
export class Terminal implements AsyncDisposable {
  /** All that was written to the terminal. */
  written = "";
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;
  readonly #screen: InstanceType<typeof xterm.Terminal>;
  readonly #folder: string;
  #grown = Promise.withResolvers<void>();
  #done = false;
  #late = false;

  /** Runs `guideway ARGS…`. */
  constructor(args: string[], options: TerminalOptions) {
    const { folder, rows = 24, columns = 80, env = {} } = options;
    const { program = [PROGRAM, ...WORDS] } = options;
    this.#folder = folder;
    this.#screen = new xterm.Terminal({ rows, cols: columns, allowProposedApi: true });
    const quoted = [...program, ...args]
      .map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
    const script = `trap : INT; tty > ${folder}/tty; stty rows ${rows} cols ${columns}
      sh -c "echo \\$\\$ > ${folder}/pid; exec \\"\\$@\\"" sh ${quoted}
      code=$?; stty -a > ${folder}/stty; exit $code`;
    this.#child = new Deno.Command("script", {
      args: ["-qefc", script, "/dev/null"],
      env: { TERM: "xterm-256color", SHELL: "/bin/sh", NO_COLOR: "1", ...env },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#reading = this.#read();
  }

  /** What stands on the screen, line by line. */
  lines(): string[] {
    const { active } = this.#screen.buffer;
    return Array.from(
      { length: this.#screen.rows },
      (_, at) => active.getLine(active.viewportY + at)?.translateToString(true) ?? "",
    );
  }

  /** Whether the alternate screen is shown. */
  get alternate(): boolean {
    return this.#screen.buffer.active.type === "alternate";
  }

  async type(keys: string): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(keys));
  }

  /** Waits until the screen is as wanted. @throws when the command ends before */
  async until(wanted: RegExp | ((lines: string[]) => boolean)): Promise<void> {
    // No measure of speed: a screen that never comes is shown, and the tests go on.
    const late = setTimeout(() => {
      this.#late = true;
      this.#wake();
    }, LONG_MS);
    try {
      await this.#until(wanted);
    } finally {
      clearTimeout(late);
    }
  }

  async #until(wanted: RegExp | ((lines: string[]) => boolean)): Promise<void> {
    const holds = (lines: string[]) =>
      wanted instanceof RegExp ? wanted.test(lines.join("\n")) : wanted(lines);
    for (;;) {
      const lines = this.lines();
      if (holds(lines)) return;
      if (this.#done || this.#late) throw new Error(`no ${wanted} on:\n${lines.join("\n")}`);
      await this.#grown.promise;
    }
  }

  async resize(rows: number, columns: number): Promise<void> {
    this.#screen.resize(columns, rows);
    const tty = (await Deno.readTextFile(`${this.#folder}/tty`)).trim();
    await new Deno.Command("stty", { args: ["-F", tty, "rows", `${rows}`, "cols", `${columns}`] })
      .output();
  }

  /** Sends a signal to the command. */
  async kill(signal: Deno.Signal): Promise<void> {
    Deno.kill(Number(await Deno.readTextFile(`${this.#folder}/pid`)), signal);
  }

  /** Waits for the command's end; how it left the terminal, as stty tells. */
  async ended(): Promise<{ code: number; stty: string }> {
    const { code } = await this.#child.status;
    await this.#reading;
    return { code, stty: await Deno.readTextFile(`${this.#folder}/stty`) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#done) {
      await this.kill("SIGKILL").catch(() => {});
      this.#child.kill("SIGKILL");
    }
    await this.#writer.close().catch(() => {});
    await this.#child.status;
    await this.#reading;
    this.#screen.dispose();
  }

  async #read(): Promise<void> {
    for await (const part of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      this.written += part;
      await new Promise<void>((done) => this.#screen.write(part, done));
      this.#wake();
    }
    this.#done = true;
    this.#wake();
  }

  #wake(): void {
    this.#grown.resolve();
    this.#grown = Promise.withResolvers();
  }
}
