/**
 * The service manager's socket: a unix datagram socket, which the runtime has no stable call for.
 *
 * @module
 */
import { errorBuffer, unwrap } from "./error.ts";
import { loadLibrary } from "./library.ts";

/**
 * Sends the text in one datagram. Never waits.
 *
 * @param path Of a unix socket; one that begins with `@` is abstract.
 * @throws {DataplaneError} when nobody takes it. @throws {Error} with the remedy, when the library is not there.
 */
export function notify(path: string, text: string, options: { library?: string } = {}): void {
  const { symbols } = loadLibrary(options.library);
  const bytes = (value: string) => new TextEncoder().encode(`${value}\0`);
  const err = errorBuffer();
  unwrap(symbols.gw_notify(bytes(path), bytes(text), err), err, "gw_notify");
}
