import assert from "node:assert/strict";
import { elfSize } from "../../lib/setup/elf.ts";

const LIBRARY = new URL("../../build/libguideway.so", import.meta.url);

Deno.test("a program ends where its linker ended it, whatever stands behind", async () => {
  const program = await Deno.readFile(LIBRARY);
  const carrying = new Uint8Array(program.length + 1000);
  carrying.set(program);
  assert.equal(elfSize(program), program.length);
  assert.equal(elfSize(carrying), program.length);
});

Deno.test("what is no program, or half of one, is refused", async () => {
  const program = await Deno.readFile(LIBRARY);
  assert.throws(() => elfSize(new Uint8Array(100)), /not a 64-bit ELF program/);
  assert.throws(() => elfSize(new Uint8Array(3)), /not a 64-bit ELF program/);
  assert.throws(() => elfSize(program.subarray(0, 5000)), /cut off: 5000 bytes/);
});
