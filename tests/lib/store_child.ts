/**
 * Run by store_test.ts: appends revisions for ever and says each number once it is stored.
 */
import { Store } from "../../lib/store.ts";

const [folder = ""] = Deno.args;
const store = Store.open(folder);
const encoder = new TextEncoder();
for (;;) {
  const next = (store.revisions.latest()?.number ?? 0) + 1;
  const number = store.revisions.append({ made: next, filler: "x".repeat(next * 997 % 20_000) });
  Deno.stdout.writeSync(encoder.encode(`${number}\n`));
}
