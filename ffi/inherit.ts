/**
 * What a new process gets of this one, which the runtime leaves as libraries made it.
 *
 * @module
 */
import { errorBuffer, unwrap } from "./error.ts";
import { loadLibrary } from "./library.ts";

/**
 * Whoever is started from now on has none of the files and sockets that are open now, but the standard ones.
 *
 * @throws {DataplaneError} when they cannot be found. @throws {Error} with the remedy, when the library is not there.
 */
export function inheritNothing(options: { library?: string } = {}): void {
  const { symbols } = loadLibrary(options.library);
  const err = errorBuffer();
  unwrap(symbols.gw_inherit_nothing(err), err, "gw_inherit_nothing");
}
