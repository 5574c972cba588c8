/** Run by kernel_test.ts inside a network namespace: prints what the real kernel says, or has it look for neighbours. */
import { kernel } from "../../lib/next_hops/kernel.ts";

const [verb, ...words] = Deno.args;
if (verb === "view") {
  const { routes, neighbours } = await kernel.view(words);
  console.log(JSON.stringify({ routes: [...routes], neighbours: [...neighbours] }));
} else if (verb === "many") {
  const addresses = Array.from(
    { length: 10_000 },
    (_, i) => `10.${40 + (i & 1)}.${i >> 8}.${i & 255}`,
  );
  const { routes } = await kernel.view(addresses);
  console.log(JSON.stringify({ routes: [...routes], neighbours: [] }));
} else {
  await kernel.resolve(words.map((address) => ({ dev: "eth1", address })));
}
