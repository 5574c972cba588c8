/**
 * How a page is served: `getPage` for one to be looked at, `postPage` for the form that is sent to its address.
 *
 * @module
 */
import type { ComponentChildren } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Applied } from "../../lib/change.ts";
import { RequestError } from "../../lib/client/transport.ts";
import { type Api, type Context, errorResponse } from "../../lib/http.ts";
import { formatCookie } from "../../lib/server/cookie.ts";
import { CSRF_COOKIE, isForm } from "../../lib/server/csrf.ts";
import { Layout } from "../(components)/layout.tsx";
import { type Visit, visitOf } from "./visit.ts";

/** What a page says. */
export interface Page {
  title: string;
  body: ComponentChildren;
  /** HTTP's; 200 unless given. */
  status?: number;
  /** VIPs by name whose numbers move on it, and those of their servers. */
  watch?: readonly string[];
  /** Of their servers only these, as `VIP ADDRESS`; all unless given. */
  watchServers?: readonly string[];
}

/** A page or, after something was done, where to go. */
export type Shown = Page | Response;

/** Serves a page. Errors of REST that `show` lets through become a page that tells them. */
export function getPage(
  api: Api,
  path: string,
  show: (visit: Visit, c: Context) => Shown | Promise<Shown>,
): void {
  api.get(path, (c) => serve(api, c, (visit) => show(visit, c)));
}

/** Takes what a form of ours sent: forged ones do not get here. */
export function postPage(
  api: Api,
  path: string,
  act: (visit: Visit, form: URLSearchParams, c: Context) => Shown | Promise<Shown>,
): void {
  api.post(path, async (c) => {
    if (!isForm(c.req.raw.headers)) return errorResponse(415, "only forms are taken here");
    const form = new URLSearchParams(await c.req.text());
    return await serve(api, c, (visit) => act(visit, form, c));
  });
}

/** Goes on to a page with a GET; that page tells the revision that a change made. */
export function seeOther(path: string, applied?: Applied, before?: number): Response {
  const url = new URL(path, "http://here");
  if (applied !== undefined) {
    url.searchParams.set("done", deed(applied, before));
  }
  const location = url.pathname + url.search + url.hash;
  return new Response(null, { status: 303, headers: { location } });
}

/** Flows are forgotten without a new revision. */
function deed({ revision, effects }: Applied, before: number | undefined): string {
  if (revision !== before) return String(revision);
  return effects.flows_affected > 0 ? `forgot-${effects.flows_affected}` : "same";
}

async function serve(
  api: Api,
  c: Context,
  show: (visit: Visit) => Shown | Promise<Shown>,
): Promise<Response> {
  try {
    const visit = await visitOf(api, c);
    const shown = await show(visit);
    return shown instanceof Response ? shown : renderPage(shown, visit);
  } catch (error) {
    if (error instanceof RequestError) return errorResponse(error.status, error.message);
    throw error;
  }
}

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; " +
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  // With none, browsers would not tell where a form came from, and it would be refused.
  "referrer-policy": "same-origin",
};

/** A whole page, for whoever visits. */
export function renderPage(
  { title, body, status = 200, watch = [], watchServers }: Page,
  visit: Omit<Visit, "client" | "status" | "may" | "who"> & {
    status: Visit["status"] | null;
    who?: string | null;
  },
): Response {
  const { url, newCsrfCookie, theme, csrf } = visit;
  const done = url.searchParams.get("done");
  const html = renderToString(
    <Layout
      title={title}
      address={url.pathname + url.search}
      status={visit.status}
      theme={theme}
      csrf={csrf}
      who={visit.who ?? null}
      watch={{ vips: watch, servers: watchServers }}
      done={/^(\d{1,15}|same|forgot-\d{1,15})$/.test(done ?? "") ? done : null}
    >
      {body}
    </Layout>,
  );
  const headers = new Headers(HEADERS);
  if (newCsrfCookie !== null) {
    const secure = url.protocol === "https:";
    headers.append("set-cookie", formatCookie(CSRF_COOKIE, newCsrfCookie, { secure }));
  }
  return new Response(`<!doctype html>${html}`, { status, headers });
}
