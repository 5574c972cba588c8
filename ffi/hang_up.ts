/**
 * Ends connections of a server, which the runtime has no call for.
 *
 * @module
 */
import { errorBuffer, unwrap } from "./error.ts";
import { loadLibrary } from "./library.ts";

/**
 * Ends the connections that others have to this process; whoever listens goes on. Never waits.
 *
 * @param path Of a unix socket; empty: none. @param port Of TCP; 0: none.
 * @returns How many.
 * @throws {DataplaneError} when they cannot be found. @throws {Error} with the remedy, when the library is not there.
 */
export function hangUp(path: string, port: number, options: { library?: string } = {}): number {
  const { symbols } = loadLibrary(options.library);
  const err = errorBuffer();
  return unwrap(
    symbols.gw_hang_up(new TextEncoder().encode(`${path}\0`), port, err),
    err,
    "gw_hang_up",
  );
}
