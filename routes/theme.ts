import { type Api, errorResponse } from "../lib/http.ts";
import { isForm } from "../lib/server/csrf.ts";
import { formatCookie } from "../lib/server/cookie.ts";
import { themeOf } from "./(components)/theme.tsx";
import { seeOther } from "./(page)/page.tsx";
import { THEME_COOKIE } from "./(page)/visit.ts";

const YEAR = 365 * 24 * 60 * 60;

/** `/theme`: remembers dark or light for this browser, and goes back. */
export function route(api: Api): void {
  api.post("/theme", async (c) => {
    if (!isForm(c.req.raw.headers)) return errorResponse(415, "only forms are taken here");
    const form = new URLSearchParams(await c.req.text());
    // A matter of taste, which the audit log need not know.
    c.env.note.idle = true;
    const answer = seeOther(ownPath(form.get("back")));
    const theme = themeOf(form.get("theme"));
    const secure = new URL(c.req.url).protocol === "https:";
    answer.headers.append(
      "set-cookie",
      formatCookie(THEME_COOKIE, theme, { maxAge: YEAR, secure }),
    );
    return answer;
  });
}

/** A path of this site; `/` for what leads elsewhere. */
function ownPath(text: string | null): string {
  return text !== null && /^\/(?![/\\])/.test(text) ? text : "/";
}
