/**
 * Whether a form was sent from a page of ours: it carries a mark that only we can make, and that fits the browser's
 * cookie (signed double submit).
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { errorResponse, SAFE_METHODS } from "../http.ts";
import { readCookie } from "./cookie.ts";

/** Of the browser. */
export const CSRF_COOKIE = "guideway_csrf";
/** Of each form. */
export const CSRF_FIELD = "csrf";

const BYTES = 32;
const MESSAGE =
  "this form is not from a page of this program, or from before it was started again; " +
  "go back, load the page again, and send it once more";

let processKey: Uint8Array | undefined;

/** A browser's cookie if it has a sound one; else a new one to be set. */
export function csrfCookie(headers: Headers): { value: string; isNew: boolean } {
  const value = readCookie(headers, CSRF_COOKIE);
  if (value !== null && /^[\w-]{43}$/.test(value)) return { value, isNew: false };
  return { value: randomBytes(BYTES).toString("base64url"), isNew: true };
}

/** The mark that forms for the browser with that cookie carry. */
export function csrfMark(cookie: string): string {
  const key = processKey ??= randomBytes(BYTES);
  const digest = (bytes: Uint8Array | string) =>
    createHash("sha256").update(key).update(bytes).digest();
  // Twice, as HMAC does; createHmac itself makes older versions of Deno warn on stderr.
  return digest(digest(cookie)).toString("base64url");
}

/** Whether a request's body is that of an HTML form. */
export function isForm(headers: Headers): boolean {
  return /^application\/x-www-form-urlencoded\s*(;|$)/i.test(headers.get("content-type") ?? "");
}

/** Whether the address is one of a page, which forms are sent to. */
export function isPageAddress(url: string): boolean {
  return !/^\/(api|static)(\/|$)/.test(new URL(url).pathname);
}

/** Hands a request on; but a form only if it is ours, and it never goes to REST. */
export async function ownForms(
  request: Request,
  next: (request: Request) => Response | Promise<Response>,
): Promise<Response> {
  if (SAFE_METHODS.has(request.method) || !isForm(request.headers)) return await next(request);
  const { method, url, headers } = request;
  const body = await request.text();
  const mark = new URLSearchParams(body).get(CSRF_FIELD) ?? "";
  const cookie = readCookie(headers, CSRF_COOKIE);
  if (cookie === null || !same(mark, csrfMark(cookie))) return errorResponse(403, MESSAGE);
  return await next(new Request(url, { method, headers, body }));
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
