/**
 * Where files of the program itself are.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The path of a file that comes with the program, as `build/libguideway.so`. The executable holds it inside, beside its
 * only module, at the same path as a source checkout.
 */
export function ownFile(path: string): string {
  const root = Deno.build.standalone
    ? dirname(fileURLToPath(Deno.mainModule))
    : join(import.meta.dirname!, "..");
  return join(root, path);
}
