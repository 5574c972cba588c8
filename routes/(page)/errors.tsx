import type { Problem } from "../../lib/refused.ts";
import { isPageAddress } from "../../lib/server/csrf.ts";
import type { Status } from "../../lib/status.ts";
import { ErrorBody, errorTitle } from "../(components)/error_body.tsx";
import { renderPage } from "./page.tsx";
import { styleOf } from "./visit.ts";

/** Of an error's answer; a page has its own. */
const KEPT = ["allow", "retry-after", "www-authenticate"];

/**
 * An error's answer as a page, where a browser asked for one; other answers as they are.
 *
 * @param status Null: not known, and the page leads nowhere.
 * @param who Logged in; null: nobody had to.
 */
export async function withErrorPage(
  request: Request,
  response: Response,
  status: () => Status | null,
  who: string | null = null,
): Promise<Response> {
  if (response.status < 400 || !wantsPage(request)) return response;
  if (!response.headers.get("content-type")?.startsWith("application/json")) return response;
  const { error } = await response.json() as { error: Problem };
  const known = status();
  const body = (
    <ErrorBody
      status={response.status}
      error={error}
      wait={response.headers.get("retry-after")}
      inside={known !== null}
      path={new URL(request.url).pathname}
    />
  );
  const page = renderPage(
    { title: errorTitle(response.status), body, status: response.status },
    { ...styleOf(request), status: known, who },
  );
  for (const name of KEPT) {
    const value = response.headers.get(name);
    if (value !== null) page.headers.set(name, value);
  }
  return page;
}

function wantsPage({ headers, url }: Request): boolean {
  return isPageAddress(url) && (headers.get("accept") ?? "").includes("text/html");
}
