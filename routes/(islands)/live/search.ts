/**
 * A search whose list follows what is typed: `<form data-follow>`. The page's address follows, too, so that it can be
 * kept or sent to somebody.
 *
 * @module
 */
import { refresh } from "./regions.ts";

/** Between two letters of somebody who types. */
const PAUSE_MS = 180;

let timer: ReturnType<typeof setTimeout> | undefined;

/** Listens to the whole page. */
export function listenToSearch(): void {
  document.addEventListener("input", ({ target }) => {
    const form = target instanceof HTMLInputElement ? target.form : null;
    if (form === null || !form.matches("[data-follow]")) return;
    clearTimeout(timer);
    timer = setTimeout(() => follow(form), PAUSE_MS);
  });
}

/** The list begins anew with its first page. */
function follow(form: HTMLFormElement): void {
  const url = new URL(form.action);
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value !== "") url.searchParams.set(name, value);
  }
  history.replaceState(null, "", url);
  refresh().catch(() => {});
}
