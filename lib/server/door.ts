/**
 * The way of a request from a listener to its route: under which name it came, who asks, whether they may, whether it is
 * sound; and what became of it is recorded.
 *
 * @module
 */
import { type Caller, may } from "../caller.ts";
import { errorResponse, pathOf } from "../http.ts";
import { shown } from "../shown.ts";
import type { Access } from "./access.ts";
import { askedBy } from "./asked.ts";
import { callerOf, nobodyAt } from "./caller_of.ts";
import { guard, type Handler } from "./guard.ts";
import { record } from "./record.ts";
import { neededScope } from "./scopes.ts";

/** A place where the program listens. */
export interface Place {
  scheme: "http" | "https";
  /** Whether a Host header is served: a browser may have been led here by a foreign name (DNS rebinding). */
  serves(host: string): boolean;
  /** Who asks there without a token; null: nobody may. @param address Where the request came from. */
  open(address: string): Caller | null;
}

/** Serves a request that came to a place. */
export async function enter(
  request: Request,
  address: string,
  place: Place,
  access: Access,
  handler: Handler,
): Promise<Response> {
  const host = request.headers.get("host") ?? "";
  if (!place.serves(host)) {
    return errorResponse(403, `not served under the name ${shown(host)}; use 127.0.0.1`);
  }
  const path = pathOf(request);
  const needed = neededScope(request.method, path);
  const caller = needed === "anybody"
    ? nobodyAt(address)
    : callerOf(request, address, place, access);
  if (caller instanceof Response) return caller;
  return await record(
    access.audit,
    request,
    askedBy(caller, !path.startsWith("/api/")),
    (request, asked) => {
      if (needed !== "anybody" && !may(caller.scope, needed)) {
        return errorResponse(
          403,
          `this needs scope ${needed}; that of ${caller.who} is ${caller.scope}`,
        );
      }
      return guard(request, asked, place.scheme, handler);
    },
  );
}

/** The unix socket, which only its owner can open. */
export function socketPlace(path: string): Place {
  const caller: Caller = { who: "unix socket", scope: "admin", origin: path };
  return { scheme: "http", serves: () => true, open: () => caller };
}

/** Loopback: whoever is on this machine, unless everybody needs a token. */
export function loopbackPlace(requireToken: boolean): Place {
  return {
    scheme: "http",
    serves: (host) => /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host),
    open: (address) => requireToken ? null : { who: "loopback", scope: "admin", origin: address },
  };
}
