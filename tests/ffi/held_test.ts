import assert from "node:assert/strict";

const CHILD = new URL("held_child.ts", import.meta.url).pathname;

async function collectedDuringCall(how: string): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--v8-flags=--expose-gc", CHILD, how],
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assert.equal(text(stderr), "");
  return text(stdout).trim();
}

Deno.test("what a nonblocking call was given stays until it is over", async () => {
  assert.equal(
    await collectedDuringCall("bare"),
    "true",
    "the runtime holds buffers by itself now",
  );
  assert.equal(await collectedDuringCall("held"), "false");
});
