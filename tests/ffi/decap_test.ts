import assert from "node:assert/strict";
import { SCENARIOS } from "./decap_scenarios.ts";

const FILE = new URL("./decap_scenarios.ts", import.meta.url).pathname;
const root = Deno.uid() === 0;
let count = 0;

async function command(name: string, ...args: string[]): Promise<void> {
  const { success, code, stderr } = await new Deno.Command(name, {
    args,
    stdin: "null",
    signal: AbortSignal.timeout(60_000),
  }).output();
  assert.ok(success, `${name} ${args[0]}: ${code}: ${new TextDecoder().decode(stderr)}`);
}

for (const sentence of Object.keys(SCENARIOS)) {
  Deno.test({
    name: root ? sentence : `${sentence} (skipped: needs root)`,
    ignore: !root,
    async fn() {
      const namespace = `gwt-${Deno.pid}-decap${count++}`;
      await command("ip", "netns", "add", namespace);
      try {
        const run = [Deno.execPath(), "run", "--no-check", "-A", FILE, sentence];
        await command("ip", "netns", "exec", namespace, ...run);
      } finally {
        await command("ip", "netns", "delete", namespace);
      }
    },
  });
}
