/**
 * Run by next_hops_test.ts inside a network namespace: asks the real kernel until every address has an answer that
 * will last, and prints it.
 */
import { kernel } from "../../lib/next_hops/kernel.ts";
import { findNextHops } from "../../lib/next_hops.ts";

const [interfaces = "{}", ...addresses] = Deno.args;
for (let turn = 0; turn < 50; turn++) {
  const found = await findNextHops(kernel, JSON.parse(interfaces), addresses);
  const waiting = [...found.values()].some(({ reason }) => reason?.includes("yet"));
  if (!waiting || turn === 49) {
    console.log(JSON.stringify([...found]));
    break;
  }
  await new Promise((done) => setTimeout(done, 100));
}
