/**
 * What was typed and not applied, kept by the browser for its tab: a session may end, a program may be gone, somebody may
 * leave the page by mistake.
 *
 * @module
 */

const KEY = "guideway-yaml";

/** A text, and the revision that it was made of. */
export interface Draft {
  text: string;
  edited: string;
}

/** Browsers may keep nothing, or not as much. */
function tried<T>(act: () => T): T | null {
  try {
    return act();
  } catch {
    return null;
  }
}

/** What is kept, or null. */
export function readDraft(): Draft | null {
  return tried(() => JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Draft | null);
}

/** Keeps it. */
export function keepDraft(draft: Draft): void {
  tried(() => sessionStorage.setItem(KEY, JSON.stringify(draft)));
}

/** It was applied, or is not wanted. */
export function forgetDraft(): null {
  return tried(() => (sessionStorage.removeItem(KEY), null));
}
