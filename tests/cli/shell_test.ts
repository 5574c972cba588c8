import assert from "node:assert/strict";
import { CONFIG, makeFolder, type Outcome, Program } from "./program.ts";
import { PROGRAM, WORDS } from "../tools/self.ts";

/** Runs the shell with this as its standard input. */
async function shell(program: Program, input: string): Promise<Outcome> {
  const child = new Deno.Command(PROGRAM, {
    args: [...WORDS, "shell", "--socket", program.socket],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("without a terminal, the shell's lines come from standard input", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const file = `${folder.path}/lb.txt`;
  await Deno.writeTextFile(file, "lb vip 93.0.0.0/8\nlb as 93.0.0.0/8 10.0.0.1\n");
  const { code, stdout, stderr } = await shell(
    program,
    `# nothing

lb vip 91.0.0.0/8
lb vip 92.0.0.0/8 port 65616
lb vip 91.0.0.0/8
lb vip 91.0.0.0/8 encap ?
exec ${file}
exec
show lb
quit
lb vip 94.0.0.0/8
`,
  );
  assert.equal(code, 4);
  assert.deepEqual(stderr.trim().split("\n"), [
    'stdin:4:24: port: not a whole number from 0 to 65535: "65616"',
    "stdin:5:8: VIP 91.0.0.0/8 is there already",
    "stdin:8: exec takes one file",
  ]);
  const lines = stdout.split("\n");
  assert.equal(lines[0], "lb_vip_add ok 3");
  assert.match(lines[2]!, /^gre4 /);
  assert.ok(lines.includes("lb_vip_add ok 4"));
  assert.ok(lines.includes(" #vips: 4"));
  assert.equal((await program.client.config()).config.vips.length, 4);
});

Deno.test("help lists each command, and words with ? what comes next", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const { code, stdout, stderr } = await shell(program, "help\nhelp lb as\nlb as 90.0.0.0/8 ?\n?");
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(stdout.match(/^lb as PREFIX ADDRESS\.\.\. /gm)?.length, 2);
  assert.match(stdout, /^90\.0\.0\.0\/8 +add servers/m);
  assert.match(stdout, /^10\.0\.0\.2 +of a server/m);
  assert.match(stdout, /^<enter> +the line may end here$|^weight +share/m);
});

/** The shell at a terminal, which `script` makes; keys are written once the screen shows what they wait for. */
class Terminal implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;
  #screen = "";
  #grown = Promise.withResolvers<void>();

  constructor(program: Program, folder: string) {
    const words = [PROGRAM, ...WORDS, "shell", "--state", folder];
    this.#child = new Deno.Command("script", {
      args: ["-qefc", [...words, "--socket", program.socket].join(" "), "/dev/null"],
      env: { TERM: "xterm", NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#reading = this.#read();
  }

  /** Types, then waits for the pattern in what is shown from then on. */
  async type(keys: string, pattern: RegExp): Promise<void> {
    const from = this.#screen.length;
    await this.#writer.write(new TextEncoder().encode(keys));
    await this.shows(pattern, from);
  }

  async shows(pattern: RegExp, from = 0): Promise<void> {
    while (!pattern.test(this.#screen.slice(from))) await this.#grown.promise;
  }

  /** Ctrl-D. */
  async end(): Promise<number> {
    await this.#writer.write(new Uint8Array([4]));
    return (await this.#child.status).code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => {});
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It ended by itself.
    }
    await this.#child.status;
    await this.#reading;
  }

  async #read(): Promise<void> {
    for await (const part of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      this.#screen += part;
      this.#grown.resolve();
      this.#grown = Promise.withResolvers();
    }
  }
}

Deno.test("at a terminal, the shell completes, marks wrong words and remembers lines", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const state = `${folder.path}/home`;
  {
    await using terminal = new Terminal(program, state);
    await terminal.shows(/guideway# /);
    await terminal.type("lb a", /lb a/);
    await terminal.type("\t", /s /);
    await terminal.type("9", /9/);
    await terminal.type("\t", /0\.0\.0\.0\/8 /);
    await terminal.type(
      "10.0.0.7 weight 101\r",
      /\^\r?\n.*weight: not a whole number from 0 to 100/,
    );
    await terminal.type("\x1b[A", /weight 101/);
    await terminal.type("\x7f\x7f\x7f50", /50/);
    await terminal.type("\r", /\n.*guideway# /s);
    const code = await terminal.end();
    assert.equal(code, 0);
  }
  const { config } = await program.client.config();
  assert.deepEqual(config.vips[0]?.servers[2], { address: "10.0.0.7", weight: 50 });
  {
    await using terminal = new Terminal(program, state);
    await terminal.shows(/guideway# /);
    await terminal.type("\x1b[A", /lb as 90\.0\.0\.0\/8 10\.0\.0\.7 weight 50/);
    await terminal.type("\x1b[A", /weight 101/);
    await terminal.type("\x03", /guideway# /);
    await terminal.type("quit\r", /quit/);
  }
  const history = await Deno.readTextFile(`${state}/shell_history`);
  assert.deepEqual(history.split("\n").slice(0, 2), [
    "lb as 90.0.0.0/8 10.0.0.7 weight 101",
    "lb as 90.0.0.0/8 10.0.0.7 weight 50",
  ]);
});
