import assert from "node:assert/strict";
import type { DemoResult } from "../../lib/demo/run.ts";
import { rootTest, until } from "./lab.ts";
import { PROGRAM, WORDS } from "../tools/self.ts";
import { assertNothingLeft, look } from "./traces.ts";

const PROJECT = new URL("../../", import.meta.url).pathname;
const DEMO = [PROGRAM, ...WORDS, "demo"];
/** As people start it: the task of a checkout, or the executable. */
const STARTED = PROGRAM === Deno.execPath() ? [PROGRAM, "task", "--cwd", PROJECT, "demo"] : DEMO;

/** A demo that runs, in a process group of its own as a shell would start it. */
class Run {
  readonly #child: Deno.ChildProcess;
  readonly #done: Promise<unknown>;
  stdout = "";
  stderr = "";

  constructor([program = "", ...args]: string[], env: Record<string, string> = {}) {
    this.#child = new Deno.Command(program, {
      args,
      env,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      detached: true,
    }).spawn();
    this.#done = Promise.all([
      this.#read(this.#child.stdout, (text) => this.stdout += text),
      this.#read(this.#child.stderr, (text) => this.stderr += text),
    ]);
  }

  async #read(stream: ReadableStream<Uint8Array>, take: (text: string) => void) {
    const decoder = new TextDecoder();
    for await (const bytes of stream) take(decoder.decode(bytes, { stream: true }));
  }

  async saying(words: string): Promise<void> {
    await until(`"${words}"`, 30, () => Promise.resolve(this.stderr.includes(words)));
  }

  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** What a terminal does at Ctrl-C. */
  async interruptGroup(): Promise<void> {
    await new Deno.Command("kill", { args: ["-INT", "--", `-${this.#child.pid}`] }).output();
  }

  async code(): Promise<number> {
    await this.#done;
    return (await this.#child.status).code;
  }
}

rootTest("the demo answers every request, splits by thirds, and leaves nothing", async () => {
  const before = await look();
  const run = new Run([...STARTED, "--once", "--json"]);
  const code = await run.code();
  assert.equal(code, 0, run.stderr + run.stdout);
  const result = JSON.parse(run.stdout) as DemoResult;
  assert.equal(result.ok, true);
  assert.equal(result.requests, 600);
  assert.equal(result.answered, 600);
  assert.deepEqual(result.kept_alive, { connections: 60, changed: 0 });
  assert.deepEqual(result.url_status, { rest: 200, page: 200 });
  assert.equal(result.servers.length, 6);
  for (const { vip, server, share, connections, flows } of result.servers) {
    assert.ok(Math.abs(share - 1 / 3) <= 0.05, `${server} got ${share} of ${vip}`);
    // The client's count and the program's own are about the same connections.
    assert.equal(flows, connections, `${server} of ${vip}`);
  }
  assert.deepEqual(result.drops, {});
  await assertNothingLeft(before);
});

rootTest("the demo splits its requests in the same way every time", async () => {
  const results: unknown[] = [];
  for (let n = 0; n < 2; n++) {
    const run = new Run([...DEMO, "--once", "--json"]);
    assert.equal(await run.code(), 0, run.stderr + run.stdout);
    results.push((JSON.parse(run.stdout) as DemoResult).servers);
  }
  assert.deepEqual(results[0], results[1]);
});

rootTest("Ctrl-C ends the demo and leaves nothing", async () => {
  const before = await look();
  const run = new Run(STARTED);
  await run.saying("Sending requests");
  await until("a line", 5, () => Promise.resolve(run.stdout.includes("requests")));
  await run.interruptGroup();
  assert.equal(await run.code(), 0, run.stderr + run.stdout);
  assert.match(run.stdout, /All is well|Wrong:/);
  await assertNothingLeft(before);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  rootTest(`${signal} to the process alone, half-way, leaves nothing`, async () => {
    const before = await look();
    const run = new Run([...DEMO, "--once"]);
    await run.saying("Starting Guideway");
    run.kill(signal);
    assert.equal(await run.code(), 1, run.stderr + run.stdout);
    await assertNothingLeft(before);
  });
}

rootTest("a failure half-way is said in words and leaves nothing", async () => {
  const before = await look();
  const run = new Run([...DEMO, "--once"], { GUIDEWAY_LIBRARY: "/nonexistent/library.so" });
  assert.equal(await run.code(), 1);
  assert.match(run.stderr, /\/nonexistent\/library\.so/);
  await assertNothingLeft(before);
});

rootTest("what a killed demo leaves is removed by the next", async () => {
  const before = await look();
  const killed = new Run(DEMO);
  await killed.saying("Sending requests");
  killed.kill("SIGKILL");
  await killed.code();
  const next = new Run([...DEMO, "--once", "--json"]);
  assert.equal(await next.code(), 0, next.stderr + next.stdout);
  assert.match(next.stderr, /Removed what a killed run had left/);
  await assertNothingLeft(before);
});

rootTest("the demo ends with the task that started it", async () => {
  if (STARTED === DEMO) return; // The executable has no task.
  const before = await look();
  const run = new Run(STARTED);
  await run.saying("Sending requests");
  run.kill("SIGKILL");
  await run.code();
  await assertNothingLeft(before);
});
