/**
 * Guideway, a layer-4 load balancer: the command line is the whole program.
 *
 * @module
 */
import { main } from "./lib/cli/mod.ts";

if (import.meta.main) Deno.exit(await main(Deno.args));
