/**
 * Guideway, a layer-4 load balancer: the command line is the whole program.
 *
 * @module
 */
import { dropEarly, startEarly } from "./lib/early.ts";

if (import.meta.main) {
  await startEarly(Deno.args);
  // Only now: what is behind it takes longer to load than packets should wait.
  const { main } = await import("./lib/cli/mod.ts");
  const code = await main(Deno.args);
  await dropEarly();
  Deno.exit(code);
}
