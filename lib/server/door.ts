/**
 * The way of a request from a listener to its route: under which name it came, who asks, whether it is sound; and what
 * became of it is recorded.
 *
 * @module
 */
import type { AuditLog } from "../audit.ts";
import type { Caller } from "../caller.ts";
import { errorResponse } from "../http.ts";
import { shown } from "../shown.ts";
import { askedBy } from "./asked.ts";
import { guard, type Handler } from "./guard.ts";
import { record } from "./record.ts";

/** A place where the program listens. */
export interface Place {
  scheme: "http" | "https";
  /** Whether a Host header is served: a browser may have been led here by a foreign name (DNS rebinding). */
  serves(host: string): boolean;
  /** Who asks there. @param address Where the request came from. */
  caller(address: string): Caller;
}

/** Serves a request that came to a place. */
export async function enter(
  request: Request,
  address: string,
  place: Place,
  log: AuditLog,
  handler: Handler,
): Promise<Response> {
  const host = request.headers.get("host") ?? "";
  if (!place.serves(host)) {
    return errorResponse(403, `not served under the name ${shown(host)}; use 127.0.0.1`);
  }
  const asked = askedBy(place.caller(address));
  return await record(
    log,
    request,
    asked,
    (request, asked) => guard(request, asked, place.scheme, handler),
  );
}

/** The unix socket, which only its owner can open. */
export function socketPlace(path: string): Place {
  const caller: Caller = { who: "unix socket", scope: "admin", origin: path };
  return { scheme: "http", serves: () => true, caller: () => caller };
}

/** Loopback: whoever is on this machine. */
export const LOOPBACK: Place = {
  scheme: "http",
  serves: (host) => /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host),
  caller: (address) => ({ who: "loopback", scope: "admin", origin: address }),
};
