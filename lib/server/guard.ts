/**
 * What is asked of every request before any route sees it: no foreign page behind it, and a body of sane size and type.
 *
 * @module
 */
import { errorResponse, METHODS, SAFE_METHODS } from "../http.ts";
import { isForm, isPageAddress } from "./csrf.ts";
import { jsonError } from "./json_place.ts";
import { shown } from "../shown.ts";
import type { Asked } from "./asked.ts";

/** Largest body, bytes. */
const BODY_MAX = 16 * 1024 * 1024;
/** The same of those who need no token to send it. */
const NOBODY_MAX = 16 * 1024;

/** Of these the platform makes no request that could be handed on. */
const FORBIDDEN = new Set(["TRACE", "TRACK", "CONNECT"]);
const TYPES = /^(application|text)\/(json|yaml|x-yaml)\s*(;|$)/i;

/** Serves one request. */
export interface Handler {
  (request: Request, asked: Asked): Response | Promise<Response>;
  /** What the door itself answers, as whoever asked reads it: browsers read pages. */
  told?(request: Request, response: Response): Response | Promise<Response>;
}

/**
 * Lets only sound requests through to `next`.
 *
 * @param own Origin of our own pages; only they may ask for changes.
 */
export async function guard(
  request: Request,
  asked: Asked,
  own: string,
  next: Handler,
): Promise<Response> {
  if (SAFE_METHODS.has(request.method)) return await next(request, asked);
  if (FORBIDDEN.has(request.method)) {
    return errorResponse(405, `${request.method} is not served`, { allow: METHODS.join(", ") });
  }
  const origin = request.headers.get("origin");
  if (origin !== null && origin !== own) {
    return errorResponse(403, `changes from pages of ${shown(origin)} are refused`);
  }
  // Browsers always tell: this is no page, and forms show by their mark where they are from.
  if (origin === null && asked.session && !isForm(request.headers)) {
    return errorResponse(403, "changes in a session come from pages of this program");
  }
  return await withBody(request, asked, next);
}

async function withBody(request: Request, asked: Asked, next: Handler): Promise<Response> {
  const most = asked.caller.scope === "none" ? NOBODY_MAX : BODY_MAX;
  const body = await readBody(request, most).catch(() => undefined);
  if (body === undefined) return errorResponse(400, "the body broke off");
  if (body === null) return errorResponse(413, `the body is larger than ${most} bytes`);
  const { url, method, headers } = request;
  if (body.length === 0) return await next(new Request(url, { method, headers }), asked);
  const type = headers.get("content-type") ?? "none";
  const form = isForm(headers) && isPageAddress(url);
  if (!TYPES.test(type) && !form) {
    return errorResponse(415, `content type is ${type}; send application/json`);
  }
  const place = /\/json/i.test(type) ? checkJson(body) : null;
  if (place !== null) return errorResponse(400, place);
  return await next(new Request(url, { method, headers, body }), asked);
}

/** The whole body, or null when it is too large; what is too large is not kept. */
async function readBody(
  request: Request,
  most: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (Number(request.headers.get("content-length")) > most) return null;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const part of request.body ?? []) {
    size += part.length;
    if (size > most) return null;
    parts.push(part as Uint8Array<ArrayBuffer>);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** What is wrong with JSON text and where, or null. */
function checkJson(bytes: Uint8Array): string | null {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return "body: not UTF-8 text";
  }
  const place = jsonError(text);
  return place === null ? null : `body:${place}: not JSON`.replace("::", ":");
}
