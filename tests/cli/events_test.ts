import assert from "node:assert/strict";
import { CONFIG, guideway, makeFolder, Program } from "./program.ts";
import { PROGRAM, WORDS } from "../tools/self.ts";

/** `guideway events ARGS…`, which listens by now, and what it said in the end. */
async function listen(program: Program, ...args: string[]) {
  const child = new Deno.Command(PROGRAM, {
    args: [...WORDS, "events", ...args],
    env: { NO_COLOR: "1", GUIDEWAY_SOCKET: program.socket },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let said = "";
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  const stderr = (async () => {
    for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
      said += part;
      if (said.includes("listening to")) resolve();
    }
    resolve();
    return said;
  })();
  const stdout = new Response(child.stdout).text();
  await listening;
  return {
    ended: async () => ({
      code: (await child.status).code,
      stdout: await stdout,
      stderr: await stderr,
    }),
  };
}

Deno.test("events are told as they happen, in words or as JSON, as many as are wanted", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const words = await listen(program, "--limit", "2");
  const json = await listen(program, "--topics", "change", "--limit", "1", "--json");
  await program.client.setWeight("90.0.0.0/8", "10.0.0.2", 5);
  await program.client.rollback(1);

  const told = await words.ended();
  assert.equal(told.code, 0, told.stderr);
  assert.match(told.stderr, /listening to change, drops, neighbour, health, store/);
  const lines = told.stdout.trim().split("\n");
  assert.match(
    lines[0]!,
    /change +revision 2: server\.weight by unix socket; .*10\.0\.0\.2 weight 100 to 5/,
  );
  assert.match(lines[1]!, /change +revision 3: rollback to 1 by unix socket; /);
  const { topic, data } = JSON.parse((await json.ended()).stdout);
  assert.deepEqual([topic, data.revision, data.comment], ["change", 2, "server.weight"]);

  const counters = await program.guideway("events", "--topics", "counters", "--limit", "2");
  assert.equal(counters.code, 0, counters.stderr);
  assert.equal(counters.stdout.match(/^[:\d]{8} {2}counters +\d+ received/gm)?.length, 2);
});

Deno.test("a topic that is none is refused by name", async () => {
  const { code, stderr } = await guideway(["events", "--topics", "drops,weather"]);
  assert.equal(code, 2);
  assert.match(stderr, /--topics: weather is none of counters, totals, change/);
});

Deno.test("who listens is told when the program ends", async () => {
  await using folder = await makeFolder();
  const program = await Program.start(folder.path, CONFIG);
  const listening = await listen(program);
  const { milliseconds } = await program.stop();
  assert.ok(milliseconds < 5000, "open streams do not hold it up");
  const { code, stderr } = await listening.ended();
  assert.equal(code, 0, stderr);
  assert.match(stderr, /the program ended the stream/);
});
