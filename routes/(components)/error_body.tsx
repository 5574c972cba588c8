import type { Problem } from "../../lib/refused.ts";
import { PAGES } from "./navigation.tsx";

const TITLES: Record<number, string> = {
  401: "Not known",
  403: "Refused",
  404: "Not here",
  405: "Not served",
  409: "It does not fit",
  412: "Changed meanwhile",
  413: "Too large",
  429: "Too many attempts",
  503: "Not just now",
};

/** What a page is called that tells an error. */
export function errorTitle(status: number): string {
  return TITLES[status] ?? (status < 500 ? "Not understood" : "Failed");
}

/** What can be done about it. */
const REMEDIES: Record<number, string> = {
  401: "Log in with a token that is in force.",
  403:
    "Nothing was changed. Where a scope is missing, somebody who has it can do this, or you log " +
    "in with another token.",
  404: "It may have been removed or renamed meanwhile, or the address was mistyped.",
  405: "This address is where a form is sent to. Open its page instead.",
  412: "Go back, load the page again, and look at what changed.",
  413: "Nothing was changed. Go back: what you typed is still there.",
  503: "Packets are forwarded all the same. Try again in a moment.",
};
const OURS =
  "This is a fault of the program, not yours. Packets are forwarded all the same; the program's log " +
  "tells more. Try again, and look at the changes before you repeat one.";

interface ErrorProps {
  status: number;
  error: Problem;
  /** Seconds until it makes sense to try again; null: at once. */
  wait: string | null;
  /** Whether there are pages to go on to. */
  inside: boolean;
  /** Of the address that was asked for. */
  path: string;
}

/** What went wrong, what that means, and where to go. */
export function ErrorBody({ status, error, wait, inside, path }: ErrorProps) {
  const near = PAGES.find(({ href }) => href !== "/" && path.startsWith(`${href}/`));
  const remedy = REMEDIES[status] ?? (status >= 500 ? OURS : null);
  return (
    <section class="card blank">
      <h1>{errorTitle(status)}</h1>
      <p class="told">{error.path === "" ? error.message : `${error.path}: ${error.message}`}</p>
      {remedy === null ? null : <p class="muted">{remedy}</p>}
      {wait === null ? null : <p class="muted">Wait {wait} s, then load the page again.</p>}
      <p class="ways">
        <a href="/">To the overview</a>
        {inside && near !== undefined ? <a href={near.href}>To {near.label}</a> : null}
        {status === 401 || status === 403 ? <a href="/login">To the login</a> : null}
      </p>
    </section>
  );
}
