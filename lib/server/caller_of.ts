/**
 * Who asks: by the token or the session that a request carries, else by where it came.
 *
 * @module
 */
import type { Caller } from "../caller.ts";
import { errorResponse, SAFE_METHODS } from "../http.ts";
import { log } from "../log.ts";
import type { FoundToken } from "../tokens.ts";
import type { Access } from "./access.ts";
import { type Asked, askedBy, nobodyAt } from "./asked.ts";
import { readCookie } from "./cookie.ts";
import { isPageAddress } from "./csrf.ts";
import type { Place } from "./place.ts";
import { entryOf } from "./record.ts";
import { SESSION_COOKIE } from "./sessions.ts";

const CHALLENGE = { "www-authenticate": 'Bearer realm="guideway"' };
const NEEDED =
  "a token is needed: send Authorization: Bearer gw_…, or give --token-file FILE to the " +
  "command; guideway token add makes one";

/** Who asks; or why that is not to be found out. @param address Where the request came from. */
export function callerOf(
  request: Request,
  address: string,
  place: Place,
  access: Access,
): Asked | Response {
  const header = request.headers.get("authorization");
  if (header !== null) return byToken(request, header, address, access);
  const asked = bySession(request, address, access);
  if (asked !== null) return asked;
  const open = place.open(address);
  if (open !== null) return askedBy(open);
  if (wantsPage(request)) return toLogin(request);
  if (SAFE_METHODS.has(request.method)) return errorResponse(401, NEEDED, CHALLENGE);
  return wrong(request, address, access, NEEDED);
}

function byToken(
  request: Request,
  header: string,
  address: string,
  access: Access,
): Asked | Response {
  const wait = access.attempts.wait(address);
  if (wait > 0) return tooMany(wait);
  const secret = /^Bearer +(gw_[\w-]{43})$/i.exec(header)?.[1];
  if (secret === undefined) {
    return wrong(request, address, access, "Authorization: not Bearer and a token of ours, gw_…");
  }
  const token = access.tokens.find(secret);
  if (token === null) return wrong(request, address, access, UNKNOWN);
  return askedBy(callerBy(token, address), {
    valid: () => access.tokens.active(token.id) !== null,
  });
}

/** What is said of a token that does not count. */
export const UNKNOWN = "this token is not known, has expired, or was revoked";

function bySession(request: Request, address: string, access: Access): Asked | null {
  const secret = readCookie(request.headers, SESSION_COOKIE);
  if (secret === null) return null;
  const token = tokenOf(access, secret);
  if (token === null) return null;
  const valid = () => tokenOf(access, secret) !== null;
  return askedBy(callerBy(token, address), { valid, session: true });
}

function tokenOf({ sessions, tokens }: Access, secret: string): FoundToken | null {
  const id = sessions.find(secret);
  return id === null ? null : tokens.active(id);
}

function callerBy({ name, scope }: FoundToken, origin: string): Caller {
  return { who: name, scope, origin };
}

/** Whether a browser asks for a page, or sends a form to one. */
function wantsPage({ url, headers }: Request): boolean {
  return isPageAddress(url) && (headers.get("accept") ?? "").includes("text/html");
}

function toLogin({ url }: Request): Response {
  const { pathname, search } = new URL(url);
  const next = new URLSearchParams({ next: pathname + search });
  const headers = { location: `/login?${next}`, "cache-control": "no-store" };
  return new Response(null, { status: 303, headers });
}

/** An answer to a wrong attempt, which is counted and recorded. */
function wrong(request: Request, address: string, access: Access, reason: string): Response {
  const wait = access.attempts.wait(address);
  if (wait > 0) return tooMany(wait);
  if (!access.attempts.wrong(address)) return tooMany(1);
  log("denied", { from: address, reason });
  access.audit.add(entryOf(request, askedBy(nobodyAt(address)), "denied", reason));
  return errorResponse(401, reason, CHALLENGE);
}

/** @param wait Seconds. */
function tooMany(wait: number): Response {
  return errorResponse(429, tooManyWords(wait), { "retry-after": String(wait) });
}

/** @param wait Seconds. */
export function tooManyWords(wait: number): string {
  return `too many wrong attempts: try again in ${wait} s`;
}
