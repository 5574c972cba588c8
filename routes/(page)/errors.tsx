import type { Problem } from "../../lib/refused.ts";
import { isPageAddress } from "../../lib/server/csrf.ts";
import type { Status } from "../../lib/status.ts";
import { renderPage } from "./page.tsx";
import { styleOf } from "./visit.ts";

const TITLES: Record<number, string> = {
  403: "Refused",
  404: "Not here",
  405: "Not served",
  412: "Changed meanwhile",
  503: "Not just now",
};

/**
 * An error's answer as a page, where a browser asked for one; other answers as they are.
 *
 * @param status Null: not known, and the page leads nowhere.
 */
export async function withErrorPage(
  request: Request,
  response: Response,
  status: () => Status | null,
): Promise<Response> {
  if (response.status < 400 || !wantsPage(request)) return response;
  if (!response.headers.get("content-type")?.startsWith("application/json")) return response;
  const { error } = await response.json() as { error: Problem };
  const title = TITLES[response.status] ?? (response.status < 500 ? "Not understood" : "Failed");
  const page = renderPage(
    { title, body: <ErrorBody title={title} error={error} />, status: response.status },
    { ...styleOf(request), status: status() },
  );
  const allow = response.headers.get("allow");
  if (allow !== null) page.headers.set("allow", allow);
  return page;
}

function wantsPage({ headers, url }: Request): boolean {
  return isPageAddress(url) && (headers.get("accept") ?? "").includes("text/html");
}

function ErrorBody({ title, error }: { title: string; error: Problem }) {
  return (
    <section class="card blank">
      <h1>{title}</h1>
      <p>{error.path === "" ? error.message : `${error.path}: ${error.message}`}</p>
      <p>
        <a href="/">To the overview</a>
      </p>
    </section>
  );
}
