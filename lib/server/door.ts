/**
 * The way of a request from a listener to its route: under which name it came, who asks, whether they may, whether it is
 * sound; and what became of it is recorded.
 *
 * @module
 */
import { may } from "../caller.ts";
import { errorResponse, pathOf } from "../http.ts";
import { shown } from "../shown.ts";
import type { Access } from "./access.ts";
import { askedBy, nobodyAt } from "./asked.ts";
import { callerOf } from "./caller_of.ts";
import { guard, type Handler } from "./guard.ts";
import type { Place } from "./place.ts";
import { record } from "./record.ts";
import { neededScope } from "./scopes.ts";

/** Serves a request that came to a place. */
export async function enter(
  request: Request,
  address: string,
  place: Place,
  access: Access,
  handler: Handler,
): Promise<Response> {
  const response = await pass(request, address, place, access, handler);
  return await handler.told?.(request, response) ?? response;
}

async function pass(
  request: Request,
  address: string,
  place: Place,
  access: Access,
  handler: Handler,
): Promise<Response> {
  const host = hostOf(request, place);
  if (!place.serves(host)) {
    return errorResponse(403, `not served under the name ${shown(host)}; use ${place.known}`);
  }
  const needed = neededScope(request.method, pathOf(request));
  const found = needed === "anybody"
    ? askedBy(nobodyAt(address))
    : callerOf(request, address, place, access);
  if (found instanceof Response) return found;
  found.unix = place.unix;
  // What REST answers to those who may only look changes nothing, whatever its method.
  if (needed === "read" && isRest(request)) found.note.idle = true;
  return await record(access, request, found, (request, asked) => {
    const { who, scope } = asked.caller;
    if (needed !== "anybody" && !may(scope, needed)) {
      return errorResponse(403, `this needs scope ${needed}; that of ${who} is ${scope}`);
    }
    return guard(request, asked, `${place.scheme}://${host}`, handler);
  });
}

function isRest(request: Request): boolean {
  return pathOf(request).startsWith("/api/");
}

/** The name that a request came under. Over HTTP/2, which is TLS only, it stands in the address. */
function hostOf(request: Request, { scheme }: Place): string {
  const host = request.headers.get("host");
  if (host !== null) return host;
  return scheme === "https" ? new URL(request.url).host : "";
}
