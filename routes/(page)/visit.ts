/**
 * Who visits a page, and what the page may do: no more than REST lets the same visitor do.
 *
 * @module
 */
import { Client } from "../../lib/client.ts";
import { accepted, type Transport } from "../../lib/client/transport.ts";
import { may, type Scope } from "../../lib/caller.ts";
import { type Api, type Context, errorResponse, pathOf } from "../../lib/http.ts";
import { readCookie } from "../../lib/server/cookie.ts";
import { csrfCookie, csrfMark } from "../../lib/server/csrf.ts";
import { reasonOf } from "../../lib/server/record.ts";
import { neededScope } from "../../lib/server/scopes.ts";
import type { Status } from "../../lib/status.ts";
import { type Theme, themeOf } from "../(components)/theme.tsx";

export const THEME_COOKIE = "guideway_theme";

/** A request for a page. */
export interface Visit {
  /** Asks and changes by REST, as the visitor: the same checks, the same rights, the same traces. */
  client: Client;
  status: Status;
  theme: Theme;
  /** For the hidden field of every form. */
  csrf: string;
  /** To be set, where the browser has none. */
  newCsrfCookie: string | null;
  url: URL;
  /** Who logged in; null: nobody had to. */
  who: string | null;
  /** Whether the visitor has that scope: what is refused anyhow need not be offered. */
  may(needed: Scope): boolean;
}

/** The visit that a request is. */
export async function visitOf(api: Api, c: Context): Promise<Visit> {
  const client = new Client(inside(api, c));
  return {
    client,
    status: await client.status(),
    ...styleOf(c.req.raw),
    who: c.env.session ? c.env.caller.who : null,
    may: (needed) => may(c.env.caller.scope, needed),
  };
}

/** What of a visit the request alone tells. */
export function styleOf(
  { headers, url }: Request,
): Pick<Visit, "theme" | "csrf" | "newCsrfCookie" | "url"> {
  const cookie = csrfCookie(headers);
  return {
    theme: themeOf(readCookie(headers, THEME_COOKIE)),
    csrf: csrfMark(cookie.value),
    newCsrfCookie: cookie.isNew ? cookie.value : null,
    url: new URL(url),
  };
}

/** A way to REST without a wire: the visitor's own headers and surroundings go along. */
function inside(api: Api, c: Context): Transport {
  const given = c.req.raw.headers;
  return {
    async send(method, path, init = {}) {
      const headers = new Headers(init.headers);
      for (const name of ["cookie", "authorization", "host"]) {
        const value = given.get(name);
        if (value !== null) headers.set(name, value);
      }
      const url = new URL(`/api/v1/${path}`, c.req.url);
      const request = new Request(url, { ...init, method, headers });
      const asked = { ...c.env, caller: { ...c.env.caller, via: "console" as const } };
      const response = denied(request, c) ?? await api.fetch(request, asked);
      if (response.status >= 400) c.env.note.reason = await reasonOf(response);
      return await accepted(method, response);
    },
    [Symbol.dispose]() {},
  };
}

/** The door asks this of what comes from outside. */
function denied(request: Request, { env: { caller } }: Context): Response | null {
  const needed = neededScope(request.method, pathOf(request));
  if (needed === "anybody" || may(caller.scope, needed)) return null;
  const message = `this needs scope ${needed}; that of ${caller.who} is ${caller.scope}`;
  return errorResponse(403, message);
}
