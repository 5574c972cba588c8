import assert from "node:assert/strict";
import { CONFIG, guideway, makeFolder, Program } from "./program.ts";
import { Terminal } from "./terminal.ts";
import { PROGRAM, WORDS } from "../tools/self.ts";

Deno.test("off a terminal, each look is a block, or with --json a line", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const blocks = await program.guideway("vip", "list", "--watch", "0.1", "--count", "3");
  assert.equal(blocks.code, 0, blocks.stderr);
  const heads = blocks.stdout.trim().split("\n\n").map((block) => block.split("\n")[0]!);
  assert.equal(heads.length, 3);
  assert.doesNotMatch(heads[0]!, /PACKETS\/S/);
  assert.match(heads[1]!, /PACKETS\/S/);
  const lines = await program.guideway("status", "--watch=0.1", "--count", "2", "--json");
  const [first, second, ...rest] = lines.stdout.trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual([first.revision, second.revision, rest], [1, 1, []]);
});

Deno.test("--watch without seconds may stand before a VIP", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const args = ["server", "list", "--watch", "90.0.0.0/8", "--count", "1", "--json"];
  const { code, stdout, stderr } = await program.guideway(...args);
  assert.equal(code, 0, stderr);
  assert.equal(JSON.parse(stdout).servers.length, 2);
});

Deno.test("a program that goes away is told, tried again, and shown when it is back", async () => {
  await using folder = await makeFolder();
  const first = await Program.start(folder.path, CONFIG);
  const child = new Deno.Command(PROGRAM, {
    args: [...WORDS, "status", "--watch", "0.1", "--json", "--socket", first.socket],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const lines = new Reader(child.stdout);
  const words = new Reader(child.stderr);
  await lines.until(/"revision":1.*\n/);
  await first.stop();
  await words.until(/nothing answers at the socket .*; trying again\n/);
  const seen = lines.text.length;
  await using _second = await Program.start(folder.path, { ...CONFIG, vips: [] });
  await lines.until(/"vips":0.*\n/, seen);
  child.kill("SIGTERM");
  assert.equal((await child.status).code, 0);
  await Promise.all([lines.ended, words.ended]);
  assert.equal(words.text.match(/trying again/g)?.length, 1, "it is said once");
});

Deno.test("at a terminal, looks take each other's place, whatever ends it leaves it as it was", async (t) => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const ends: [string, (terminal: Terminal) => Promise<void>][] = [
    ["Ctrl-C", (terminal) => terminal.type("\x03")],
    ["q", (terminal) => terminal.type("q")],
    ["SIGTERM", (terminal) => terminal.kill("SIGTERM")],
    ["SIGHUP", (terminal) => terminal.kill("SIGHUP")],
  ];
  for (const [name, end] of ends) {
    await t.step(name, async () => {
      const args = ["vip", "list", "--watch", "0.2", "--socket", program.socket];
      await using terminal = new Terminal(args, { folder: folder.path, rows: 10 });
      await terminal.until(/^VIP .*PACKETS\/S[^]*^90\.0\.0\.0\/8 +gre4/m);
      assert.ok(terminal.alternate);
      await terminal.resize(2, 40);
      await terminal.until(/… 2 more lines: a taller window shows/);
      await end(terminal);
      const { code, stty } = await terminal.ended();
      assert.equal(code, 0, terminal.written);
      assert.ok(!terminal.alternate);
      assert.ok(terminal.written.endsWith("\x1b[?7h\x1b[?25h\x1b[?1049l"), "the cursor is back");
      assert.match(stty, / icanon .* echo /s);
    });
  }
});

Deno.test("at a terminal, the last look stays where a program goes away, below what is wrong", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const args = ["status", "--watch", "0.2", "--socket", program.socket];
  await using terminal = new Terminal(args, { folder: folder.path });
  await terminal.until(/^revision +1$/m);
  await program.stop();
  await terminal.until(/^nothing answers at [^]*^revision +1$/m);
  await terminal.type("\x03");
  assert.equal((await terminal.ended()).code, 0);
});

Deno.test("at a terminal, an error that ends a command leaves the terminal as it was", async () => {
  await using folder = await makeFolder();
  const args = ["status", "--watch", "--socket", `${folder.path}/none`];
  await using terminal = new Terminal(args, { folder: folder.path });
  const { code, stty } = await terminal.ended();
  assert.equal(code, 3);
  assert.ok(!terminal.written.includes("\x1b[?1049h"));
  assert.match(stty, / icanon .* echo /s);
});

Deno.test("events --watch listens again when the program is back", async () => {
  await using folder = await makeFolder();
  const first = await Program.start(folder.path, CONFIG);
  const child = new Deno.Command(PROGRAM, {
    args: [...WORDS, "events", "--watch", "0.1", "--limit", "1", "--socket", first.socket],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [words, lines] = [new Reader(child.stderr), new Reader(child.stdout)];
  await words.until(/listening to/);
  await first.stop();
  await words.until(/the program ended the stream/);
  await using second = await Program.start(folder.path);
  await words.until(/listening to[^]*listening to/);
  await second.client.setWeight("90.0.0.0/8", "10.0.0.2", 5);
  assert.equal((await child.status).code, 0);
  await Promise.all([lines.ended, words.ended]);
  assert.match(lines.text, /change +revision 2: server\.weight/);
});

Deno.test("--count without --watch is refused", async () => {
  const { code, stderr } = await guideway(["status", "--count", "2"]);
  assert.equal(code, 2);
  assert.match(stderr, /--count needs --watch/);
});

/** A stream as text. */
class Reader {
  text = "";
  readonly ended: Promise<void>;
  #grown = Promise.withResolvers<void>();

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.ended = this.#read(stream);
  }

  async until(pattern: RegExp, from = 0): Promise<void> {
    while (!pattern.test(this.text.slice(from))) await this.#grown.promise;
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      this.text += part;
      this.#grown.resolve();
      this.#grown = Promise.withResolvers();
    }
  }
}
