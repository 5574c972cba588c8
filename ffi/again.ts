/**
 * The same program once more, in the place of this one.
 *
 * @module
 */
import { errorBuffer, unwrap } from "./error.ts";
import { loadLibrary } from "./library.ts";

/**
 * Starts the program anew as it was started, under the same process id. Does not return.
 *
 * @param variable In addition to the environment of then: `NAME=value`.
 * @throws {DataplaneError} when the system refuses.
 */
export function again(variable: string): never {
  const { symbols } = loadLibrary();
  const err = errorBuffer();
  unwrap(symbols.gw_again(new TextEncoder().encode(`${variable}\0`), err), err, "gw_again");
  throw new Error("The program could not be started again");
}
