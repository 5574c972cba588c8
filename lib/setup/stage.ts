/**
 * One stage of the setup: a program whose output is shown only where it helps.
 *
 * @module
 */

const QUIET_MS = 1500;
const TERMINAL_MS = 250;
const LINES_MS = 5000;
const LAST_LINES = 40;

/** A stage's program failed; the message holds the last lines that it printed. */
export class StageError extends Error {
  override readonly name = "StageError";
}

/** What a stage shows on stderr: nothing while it is short, then how long it takes and where it is. */
class Progress {
  readonly #title: string;
  readonly #started = performance.now();
  readonly #terminal = Deno.stderr.isTerminal();
  #timer: ReturnType<typeof setTimeout>;
  #shown = false;
  /** The program's latest line. */
  line = "";

  constructor(title: string) {
    this.#title = title;
    this.#timer = setTimeout(() => this.#show(), QUIET_MS);
  }

  #seconds(): string {
    return `${Math.round((performance.now() - this.#started) / 1000)} s`;
  }

  #show(): void {
    this.#shown = true;
    const text = `${this.#title}: ${this.#seconds()}${this.line ? `  ${this.line}` : ""}`;
    write(this.#terminal ? `\r\x1b[K${text.slice(0, 100)}` : `${text.slice(0, 200)}\n`);
    this.#timer = setTimeout(() => this.#show(), this.#terminal ? TERMINAL_MS : LINES_MS);
  }

  end(word: string): void {
    clearTimeout(this.#timer);
    if (!this.#shown) return;
    write(`${this.#terminal ? "\r\x1b[K" : ""}${this.#title}: ${word} after ${this.#seconds()}\n`);
  }
}

function write(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(text));
}

async function readLines(stream: ReadableStream<Uint8Array>, take: (line: string) => void) {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split(/[\r\n]+/);
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim()) take(line);
  }
  if (rest.trim()) take(rest);
}

/**
 * Runs a program to its end. Shows progress on stderr when that takes longer than 2 s.
 *
 * @param title What happens, as the start of a line: `Building the packet library`.
 * @param env In addition to this process's own.
 * @param cwd Where it runs; here unless given.
 * @throws {StageError} with the program's last lines when it fails.
 */
export async function stage(
  title: string,
  program: string,
  args: string[],
  env: Record<string, string> = {},
  cwd = Deno.cwd(),
): Promise<void> {
  const progress = new Progress(title);
  const last: string[] = [];
  const take = (line: string) => {
    progress.line = line.trim();
    last.push(line);
    if (last.length > LAST_LINES) last.shift();
  };
  let success = false;
  try {
    const child = new Deno.Command(program, {
      args,
      env,
      cwd,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    await Promise.all([readLines(child.stdout, take), readLines(child.stderr, take)]);
    success = (await child.status).success;
  } finally {
    progress.end(success ? "done" : "failed");
  }
  if (success) return;
  throw new StageError(`${last.join("\n")}\n${title} failed: ${program} ${args.join(" ")}`);
}
