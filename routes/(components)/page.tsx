import type { ComponentChildren } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Status } from "../../lib/status.ts";

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

/** What a page has that others have not. */
interface PageOptions {
  /** Behind the program's name. */
  title?: string;
  /** Of `/static/`, besides the common one. */
  style?: string;
  /** False: nothing on it moves. */
  live?: boolean;
}

/** A whole page as text, and the headers that go with it. */
export function renderPage(
  status: Status,
  children: ComponentChildren,
  options: PageOptions = {},
): { html: string; headers: Record<string, string> } {
  const html = renderToString(<Page status={status} {...options}>{children}</Page>);
  return { html: `<!doctype html>${html}`, headers: { ...HEADERS } };
}

function Page(
  { status, title, style, live = true, children }: PageOptions & {
    status: Status;
    children: ComponentChildren;
  },
) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title === undefined ? "Guideway" : `${title} · Guideway`}</title>
        <link rel="icon" type="image/svg+xml" href="/static/icon.svg" />
        <link rel="stylesheet" href="/static/style.css" />
        {style === undefined ? null : <link rel="stylesheet" href={`/static/${style}`} />}
        {live ? <script type="module" src="/static/live.js"></script> : null}
      </head>
      <body>
        <div id="page">
          <Header status={status} live={live} />
          <main>
            {status.store_problem === null ? null : (
              <p class="problem" role="alert">
                Changes are not stored: {status.store_problem}
              </p>
            )}
            {children}
          </main>
        </div>
      </body>
    </html>
  );
}

function Header({ status, live }: { status: Status; live: boolean }) {
  const started = status.started_at.slice(0, 16).replace("T", " ");
  return (
    <header>
      <h1>
        <a href="/">
          <Mark />Guideway
        </a>
      </h1>
      <dl>
        <Fact term="Revision" text={String(status.revision)} />
        <Fact term="Up since" text={`${started} UTC`} />
        <Fact term="Workers" text={String(status.workers)} />
        <Fact term="Memory" text={status.hugepages ? "hugepages" : "ordinary"} />
        <Fact term="Version" text={status.version} />
      </dl>
      <a href="/api/docs">REST</a>
      {live ? <span id="live" data-state="still" role="status">still</span> : null}
    </header>
  );
}

function Fact({ term, text }: { term: string; text: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{text}</dd>
    </div>
  );
}

/** One way in, three ways out. */
function Mark() {
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M2 12h7M9 12c5 0 4-8 13-8M9 12h13M9 12c5 0 4 8 13 8" />
    </svg>
  );
}
