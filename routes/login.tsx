import type { ComponentChildren } from "preact";
import type { Api, Context } from "../lib/http.ts";
import type { Access } from "../lib/server/access.ts";
import { tooManyWords, UNKNOWN } from "../lib/server/caller_of.ts";
import { formatCookie, readCookie } from "../lib/server/cookie.ts";
import { isForm } from "../lib/server/csrf.ts";
import { SESSION_COOKIE } from "../lib/server/sessions.ts";
import { errorResponse } from "../lib/http.ts";
import { Csrf } from "./(components)/csrf.tsx";
import { renderPage, seeOther } from "./(page)/page.tsx";
import { styleOf } from "./(page)/visit.ts";

/** `/login`: a browser shows a token and gets a session; `/logout` ends it. Complete without JavaScript. */
export function route(api: Api, access: Access): void {
  api.get("/login", (c) => loginPage(c, ownPath(c.req.query("next"))));

  api.post("/login", async (c) => {
    const form = await formOf(c);
    if (form === null) return errorResponse(415, "only forms are taken here");
    return logIn(c, access, form);
  });

  api.post("/logout", (c) => {
    const secret = readCookie(c.req.raw.headers, SESSION_COOKIE);
    if (secret !== null) access.sessions.end(secret);
    c.env.note.idle = true;
    return withCookie(c, seeOther("/login"), "", 0);
  });
}

async function formOf(c: Context): Promise<URLSearchParams | null> {
  if (!isForm(c.req.raw.headers)) return null;
  return new URLSearchParams(await c.req.text());
}

function logIn(c: Context, access: Access, form: URLSearchParams): Response {
  const { env } = c;
  const { origin } = env.caller;
  const next = ownPath(form.get("next") ?? undefined);
  env.note.what = "log in";
  const wait = access.attempts.wait(origin);
  if (wait > 0) {
    const page = loginPage(c, next, { status: 429, problem: `${tooManyWords(wait)}.` });
    page.headers.set("retry-after", String(wait));
    return page;
  }
  const token = access.tokens.find((form.get("token") ?? "").trim());
  if (token === null) {
    env.note.reason = UNKNOWN;
    return loginPage(c, next, { status: 401, problem: WRONG });
  }
  env.caller = { who: token.name, scope: token.scope, origin };
  const before = readCookie(c.req.raw.headers, SESSION_COOKIE);
  if (before !== null) access.sessions.end(before);
  return withCookie(c, seeOther(next), access.sessions.begin(token.id));
}

const WRONG = "This token is not known, has expired, or was revoked.";

/** @param maxAge Seconds; until the browser closes unless given. */
function withCookie(c: Context, response: Response, value: string, maxAge?: number): Response {
  const secure = new URL(c.req.url).protocol === "https:";
  const life = maxAge === undefined ? {} : { maxAge };
  response.headers.append("set-cookie", formatCookie(SESSION_COOKIE, value, { secure, ...life }));
  response.headers.set("cache-control", "no-store");
  return response;
}

function loginPage(
  c: Context,
  next: string,
  { status = 200, problem = null }: { status?: number; problem?: string | null } = {},
): Response {
  const style = styleOf(c.req.raw);
  const body = (
    <Card>
      <form class="form" method="post" action="/login">
        <Csrf mark={style.csrf} />
        <input type="hidden" name="next" value={next} />
        {problem === null ? null : <p class="notice bad" role="alert" id="problem">{problem}</p>}
        <div class="field">
          <label for="token">Token</label>
          <input
            id="token"
            name="token"
            type="password"
            required
            autofocus
            autocomplete="current-password"
            spellcheck={false}
            aria-invalid={problem === null ? undefined : "true"}
            aria-describedby={problem === null ? "token-hint" : "problem token-hint"}
          />
          <p class="hint" id="token-hint">
            It begins with gw_. Who runs this machine makes one:{" "}
            <code>guideway token add NAME --scope read</code>
          </p>
        </div>
        <div class="actions">
          <button type="submit" class="primary">Log in</button>
        </div>
      </form>
    </Card>
  );
  return renderPage({ title: "Log in", body, status }, { ...style, status: null });
}

function Card({ children }: { children: ComponentChildren }) {
  return (
    <section class="card login">
      <h1>Log in</h1>
      {children}
    </section>
  );
}

/** A path of this site; `/` for what leads elsewhere, or back here. */
function ownPath(text = "/"): string {
  const here = "http://here";
  const url = /^\/(?![/\\])/.test(text) ? URL.parse(text, here) : null;
  if (url === null || url.origin !== here || /^\/log(in|out)$/.test(url.pathname)) return "/";
  return url.pathname + url.search + url.hash;
}
