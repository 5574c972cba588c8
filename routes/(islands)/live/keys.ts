/**
 * The keyboard: `/` to the search, `?` what keys do, `g` and a letter to a page, `j` and `k` through rows. All of it can
 * be done without.
 *
 * @module
 */
import { PAGES } from "../../(components)/navigation.tsx";

const JUMP_MS = 1500;

let jumpUntil = 0;

/** Listens to the whole page. */
export function listenToKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const target = event.target instanceof HTMLElement ? event.target : document.body;
    if (isTyping(target)) {
      if (event.key === "Escape") target.blur();
      return;
    }
    if (act(event.key)) event.preventDefault();
  });
}

function isTyping(target: HTMLElement): boolean {
  return target.isContentEditable || target.matches("textarea, select") ||
    (target instanceof HTMLInputElement && !["checkbox", "radio"].includes(target.type));
}

/** @returns Whether the key means something here. */
function act(key: string): boolean {
  if (Date.now() < jumpUntil) {
    jumpUntil = 0;
    const page = PAGES.find((page) => page.key === key);
    if (page !== undefined) location.assign(page.href);
    return page !== undefined;
  }
  switch (key) {
    case "g":
      jumpUntil = Date.now() + JUMP_MS;
      return true;
    case "/":
      return focus(document.querySelector("input[type=search]"));
    case "?":
      return toggleHelp();
    case "j":
    case "ArrowDown":
      return step(1, key);
    case "k":
    case "ArrowUp":
      return step(-1, key);
    default:
      return false;
  }
}

function focus(element: HTMLElement | null): boolean {
  element?.focus();
  if (element instanceof HTMLInputElement) element.select();
  return element !== null;
}

function toggleHelp(): boolean {
  const dialog = document.querySelector<HTMLDialogElement>("dialog#keys");
  if (dialog === null) return false;
  if (dialog.open) dialog.close();
  else dialog.showModal();
  return true;
}

/** From one row's link to the next one's. Arrows scroll as ever where no row has the focus. */
function step(by: 1 | -1, key: string): boolean {
  const links = [...document.querySelectorAll<HTMLElement>("[data-row]")]
    .flatMap((row) => row.querySelector<HTMLElement>("a, button") ?? []);
  const row = document.activeElement?.closest("[data-row]") ?? null;
  if (row === null && key.startsWith("Arrow")) return false;
  const at = row === null ? -1 : links.findIndex((link) => row.contains(link));
  return focus(links[row === null ? (by > 0 ? 0 : links.length - 1) : at + by] ?? null);
}
