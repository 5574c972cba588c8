/**
 * Parts of the page that are fetched anew when what they show has changed: elements with `data-region` and an id. One in
 * which somebody is typing stays as it is.
 *
 * @module
 */
import { mountIslands } from "./mount.ts";
import { watchAnew } from "./stream.ts";

const PATIENCE_MS = 5000;
/** Changes that come together are shown together. */
const PAUSE_MS = 250;
/** Where changes do not end, they are shown no more often. */
const REST_MS = 1000;

let timer: ReturnType<typeof setTimeout> | undefined;
let last = -Infinity;

/** Fetches them soon. */
export function refreshSoon(): void {
  timer ??= setTimeout(() => {
    timer = undefined;
    refresh().catch(() => {});
  }, Math.max(PAUSE_MS, last + REST_MS - performance.now()));
}

/** Fetches them from the page's address as it is now. */
export async function refresh(): Promise<void> {
  last = performance.now();
  const address = pageAddress();
  const response = await fetch(address, {
    headers: { accept: "text/html" },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  if (address !== pageAddress()) return;
  for (const region of document.querySelectorAll<HTMLElement>("[data-region]")) {
    const next = fresh.getElementById(region.id);
    if (next === null || isBusy(region) || region.outerHTML === next.outerHTML) continue;
    keepOpen(region, next);
    keepFocus(region, () => region.replaceWith(next));
  }
  const revision = fresh.getElementById("revision");
  if (revision !== null) document.getElementById("revision")?.replaceWith(revision);
  document.body.dataset.revision = fresh.body.dataset.revision;
  if (document.body.dataset.watch !== fresh.body.dataset.watch) {
    document.body.dataset.watch = fresh.body.dataset.watch;
    watchAnew();
  }
  mountIslands();
}

/** What was done is told once. */
function pageAddress(): string {
  const url = new URL(location.href);
  url.searchParams.delete("done");
  return url.href;
}

function isBusy(region: HTMLElement): boolean {
  const { activeElement: active } = document;
  return region.querySelector("dialog[open]") !== null ||
    (region.contains(active) && active?.closest("form") !== null) ||
    [...region.querySelectorAll("input")].some(isTouched);
}

/** Somebody typed there, and did not send it yet. */
function isTouched({ value, defaultValue, checked, defaultChecked }: HTMLInputElement): boolean {
  return value !== defaultValue || checked !== defaultChecked;
}

/** What somebody unfolded stays so. */
function keepOpen(region: HTMLElement, next: HTMLElement): void {
  for (const { id } of region.querySelectorAll("details[open][id]")) {
    next.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
  }
}

/** Whoever went there by keyboard stays there: found again by id or by where it leads. */
function keepFocus(region: HTMLElement, replace: () => void): void {
  const { activeElement: active } = document;
  const within = active !== null && region.contains(active);
  const href = within ? active.getAttribute("href") : null;
  const selector = within && active.id !== ""
    ? `#${CSS.escape(active.id)}`
    : href !== null
    ? `a[href="${CSS.escape(href)}"]`
    : null;
  replace();
  if (selector !== null) document.querySelector<HTMLElement>(selector)?.focus();
}
