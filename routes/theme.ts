import type { Api } from "../lib/http.ts";
import { formatCookie } from "../lib/server/cookie.ts";
import { themeOf } from "./(components)/theme.tsx";
import { postPage, seeOther } from "./(page)/page.tsx";
import { THEME_COOKIE } from "./(page)/visit.ts";

const YEAR = 365 * 24 * 60 * 60;

/** `/theme`: remembers dark or light for this browser, and goes back. */
export function route(api: Api): void {
  postPage(api, "/theme", ({ url }, form, c) => {
    // A matter of taste, which the audit log need not know.
    c.env.note.idle = true;
    const answer = seeOther(ownPath(form.get("back")));
    const theme = themeOf(form.get("theme"));
    const secure = url.protocol === "https:";
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
