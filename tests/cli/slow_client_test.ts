import assert from "node:assert/strict";
import { CONFIG, makeFolder, Program } from "./program.ts";

const BEGUN = "PUT /api/v1/config HTTP/1.1\r\nHost: localhost\r\n" +
  "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{";
const CLIENTS = 20;

/** Opens connections that each begin a request, and never end it. */
async function begin(path: string, count: number): Promise<Deno.Conn[]> {
  return await Promise.all(Array.from({ length: count }, async () => {
    const connection = await Deno.connect({ transport: "unix", path });
    await connection.write(new TextEncoder().encode(BEGUN));
    return connection;
  }));
}

Deno.test("clients that never end their requests hold up neither others nor the end", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const slow = await begin(program.socket, CLIENTS);
  try {
    assert.equal((await program.client.status()).vips, 2);
    const { code, milliseconds } = await program.stop();
    assert.equal(code, 0, program.log);
    assert.ok(milliseconds < 1000, `it took ${Math.round(milliseconds)} ms`);
    assert.match(program.log, /clients were cut off/);
    assert.match(program.log, / stopped: stopped/);
    await assert.rejects(Deno.lstat(program.socket), Deno.errors.NotFound);
  } finally {
    slow.forEach((connection) => connection.close());
  }
});

Deno.test("a client that goes away within its request is no fault of the program", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  for (const connection of await begin(program.socket, CLIENTS)) connection.close();
  assert.equal((await program.client.status()).revision, 1);
  assert.equal((await program.stop()).code, 0);
  assert.doesNotMatch(program.log, /error/);
});
