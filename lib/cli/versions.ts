import { loadLibrary } from "../native.ts";
import { VERSION } from "../version.ts";

/**
 * What `--version` prints: the program, its runtime, and what its packet library was built of.
 *
 * @throws {Error} when the library cannot be loaded.
 */
export function versionLines(): string {
  const { dpdk, drivers } = loadLibrary();
  return [
    `guideway ${VERSION}`,
    `Deno ${Deno.version.deno}`,
    dpdk,
    `drivers: ${drivers.join(" ")}`,
  ].join("\n");
}
