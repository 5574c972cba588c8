/**
 * Who asks: by the token that a request carries, else by where it came.
 *
 * @module
 */
import type { Caller } from "../caller.ts";
import { errorResponse, SAFE_METHODS } from "../http.ts";
import { getLog } from "../log.ts";
import type { Access } from "./access.ts";
import { askedBy } from "./asked.ts";
import type { Place } from "./place.ts";
import { entryOf } from "./record.ts";

const CHALLENGE = { "www-authenticate": 'Bearer realm="guideway"' };

/** Who asks; or why that is not to be found out. @param address Where the request came from. */
export function callerOf(
  request: Request,
  address: string,
  place: Place,
  access: Access,
): Caller | Response {
  const header = request.headers.get("authorization");
  if (header !== null) return byToken(request, header, address, access);
  const open = place.open(address);
  if (open !== null) return open;
  if (SAFE_METHODS.has(request.method)) return errorResponse(401, NEEDED, CHALLENGE);
  return wrong(request, address, access, NEEDED);
}

const NEEDED =
  "a token is needed: send Authorization: Bearer gw_…, or give --token-file FILE to the " +
  "command; guideway token add makes one";

function byToken(
  request: Request,
  header: string,
  address: string,
  access: Access,
): Caller | Response {
  const wait = access.attempts.wait(address);
  if (wait > 0) return tooMany(wait);
  const secret = /^Bearer +(gw_[\w-]{43})$/i.exec(header)?.[1];
  if (secret === undefined) {
    return wrong(request, address, access, "Authorization: not Bearer and a token of ours, gw_…");
  }
  const token = access.tokens.find(secret);
  if (token === null) {
    return wrong(request, address, access, "this token is not known, has expired, or was revoked");
  }
  return { who: token.name, scope: token.scope, origin: address };
}

/** Somebody who is nobody. */
export function nobodyAt(address: string): Caller {
  return { who: "nobody", scope: "read", origin: address };
}

/** An answer to a wrong attempt, which is counted and recorded. */
export function wrong(
  request: Request,
  address: string,
  access: Access,
  reason: string,
): Response {
  const wait = access.attempts.wait(address);
  if (wait > 0) return tooMany(wait);
  if (!access.attempts.wrong(address)) return tooMany(1);
  getLog("access").warn("denied", { from: address, reason });
  access.audit.add(entryOf(request, askedBy(nobodyAt(address)), "denied", reason));
  return errorResponse(401, reason, CHALLENGE);
}

/** @param wait Seconds. */
export function tooMany(wait: number): Response {
  return errorResponse(429, `too many wrong attempts: try again in ${wait} s`, {
    "retry-after": String(wait),
  });
}
