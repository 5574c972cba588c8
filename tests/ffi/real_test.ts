import assert from "node:assert/strict";
import { SCENARIOS } from "./real_scenarios.ts";

const FILE = new URL("./real_scenarios.ts", import.meta.url).pathname;

for (const sentence of Object.keys(SCENARIOS)) {
  Deno.test(sentence, async () => {
    const { success, code, signal, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "-A", FILE, sentence],
      stdin: "null",
      signal: AbortSignal.timeout(60_000),
    }).output();
    assert.ok(success, `${signal ?? code}: ${new TextDecoder().decode(stderr)}`);
  });
}
