import { held } from "../../ffi/held.ts";

// Run with --v8-flags=--expose-gc: prints whether a buffer was collected while C had its address.
const gc = (globalThis as unknown as { gc(): void }).gc;
const libc = Deno.dlopen("libc.so.6", {
  nanosleep: { parameters: ["buffer", "pointer"], result: "i32", nonblocking: true },
});
let collected = false;
const registry = new FinalizationRegistry<null>(() => collected = true);

/** Half a second, as C's struct timespec. */
function time(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(new BigInt64Array([0n, 500_000_000n]).buffer);
  registry.register(bytes, null);
  return bytes;
}

const call = Deno.args[0] === "held"
  ? held(libc.symbols.nanosleep, time(), null)
  : libc.symbols.nanosleep(time(), null);
let over = false;
const end = call.then(() => over = true);
while (!over && !collected) {
  gc();
  await new Promise((resolve) => setTimeout(resolve, 10));
}
console.log(collected && !over);
await end;
libc.close();
