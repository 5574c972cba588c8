import type { ComponentChildren } from "preact";
import type { Status } from "../../lib/status.ts";
import { stuckWords } from "../../lib/stuck_words.ts";
import { assets } from "../(static)/assets.ts";
import { moment } from "./format.ts";
import { KeysDialog } from "./keys.tsx";
import { Navigation } from "./navigation.tsx";
import { Who } from "./who.tsx";
import { type Theme, ThemeChoice } from "./theme.tsx";

/** What every page is drawn with. */
export interface LayoutProps {
  title: string;
  /** Where it is: path and search. */
  address: string;
  /** Null: it is not to be told, such as to whoever has not logged in. */
  status: Status | null;
  theme: Theme;
  csrf: string;
  /** Who logged in; null: nobody had to. */
  who?: string | null;
  /** Whose numbers move: VIPs by name, and which of their servers, as `VIP ADDRESS`; all unless given. */
  watch?: { vips: readonly string[]; servers?: readonly string[] | undefined };
  /** A revision that was just made here; `same`: nothing was to change; `forgot-13`: so many flows were forgotten. */
  done?: string | null;
  children: ComponentChildren;
}

/** A whole page. */
export function Layout(props: LayoutProps) {
  const { title, status, theme, watch = { vips: [] }, children } = props;
  const script = status === null ? null : assets().script("page");
  return (
    <html lang="en" data-theme={theme}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · Guideway`}</title>
        <link rel="icon" type="image/svg+xml" href={assets().icon} />
        <link rel="stylesheet" href={assets().style} />
        {script === null ? null : <script type="module" src={script}></script>}
      </head>
      <body data-revision={status?.revision} data-watch={JSON.stringify(watch)}>
        <a class="skip" href="#main">Skip to the content</a>
        <Header {...props} />
        <main id="main" tabindex={-1}>
          <Notices {...props} />
          {children}
        </main>
        <Footer {...props} />
        {status === null ? null : <KeysDialog />}
        {status === null ? null : <Gone />}
      </body>
    </html>
  );
}

function Header({ status, address }: LayoutProps) {
  return (
    <header class="top">
      <a class="brand" href="/">
        <Mark />Guideway
      </a>
      {status === null ? null : (
        <>
          <Navigation path={new URL(address, "http://here").pathname} />
          <p class="now">
            <a id="revision" href="/changes">
              Revision <span class="number">{status.revision}</span>
            </a>
            <span id="live" data-state="still" role="status">still</span>
          </p>
        </>
      )}
    </header>
  );
}

/** What is to be known on every page, above its content. */
function Notices({ status, done }: LayoutProps) {
  const problem = status?.store_problem ?? null;
  const stuck = stuckWords(status?.stuck_workers ?? []);
  return (
    <div id="notices" data-region>
      {stuck === null ? null : <p class="notice bad" role="alert">{stuck}.</p>}
      {problem === null
        ? null
        : <p class="notice bad" role="alert">Changes are not stored: {problem}</p>}
      {status?.start_notes.map((note) => (
        <p key={note} class="notice warn">At its start, {moment(status.started_at)} UTC: {note}</p>
      ))}
      {done === undefined || done === null ? null : (
        <p class="notice good" role="status">
          {doneWords(done)}
        </p>
      )}
    </div>
  );
}

/** A script shows it. */
function Gone() {
  return (
    <p id="gone" class="notice bad" role="alert" hidden>
      The program does not answer. What stands here is from before; it goes on by itself when the
      program is there again.
    </p>
  );
}

function doneWords(done: string): string {
  if (done === "same") return "Nothing was to change.";
  const flows = /^forgot-(\d+)$/.exec(done)?.[1];
  if (flows === undefined) return `Done: revision ${done} runs.`;
  return flows === "1" ? "Done: 1 flow is forgotten." : `Done: ${flows} flows are forgotten.`;
}

function Footer({ status, theme, csrf, address, who = null }: LayoutProps) {
  return (
    <footer class="bottom">
      <p>
        {status === null ? "Guideway" : (
          <>
            Guideway {status.version} · <a href="/api/docs">REST</a>
          </>
        )}
        {status === null ? null : (
          <span class="keys-hint">
            <kbd>?</kbd> keys
          </span>
        )}
      </p>
      {who === null ? null : <Who name={who} csrf={csrf} />}
      <ThemeChoice theme={theme} csrf={csrf} back={address} />
    </footer>
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
