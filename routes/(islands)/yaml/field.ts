/**
 * Follows the text field of the configuration, and sees that nothing that was typed is lost.
 *
 * @module
 */
import type { Checker } from "./checker.ts";
import { type Draft, keepDraft, readDraft } from "./draft.ts";
import { indentNewLines, showLine, textField } from "./editor.ts";

const edited = () => textField().form!.elements.namedItem("edited") as HTMLInputElement;

/** Has the checker follow it. @returns To stop. */
export function watchField(checker: Checker): () => void {
  const field = textField();
  const first = field.value;
  let sent = false;
  const ends = new AbortController();
  const { signal } = ends;
  const typed = () => checker.typed(field.value);
  field.addEventListener("input", typed, { signal });
  field.addEventListener("keydown", indentNewLines, { signal });
  field.form?.addEventListener("submit", () => void (sent = true), { signal });
  addEventListener("beforeunload", (event) => {
    if (!sent && field.value !== first) event.preventDefault();
  }, { signal });
  addEventListener("pagehide", () => {
    const { value: text } = field;
    if (text !== first || sent) keepDraft({ text, edited: edited().value });
  }, { signal });
  // Browsers bring back what was typed before the page was left.
  if (field.value !== field.defaultValue) typed();
  else if (checker.problems.length > 0) {
    const lines = checker.problems.flatMap(({ line }) => line ?? []);
    if (lines.length > 0) showLine(Math.min(...lines));
  }
  return () => ends.abort();
}

/** What was typed before and is nowhere else, or null. */
export function unusedDraft(): Draft | null {
  const draft = readDraft();
  return draft === null || draft.text === textField().value ? null : draft;
}

/** Puts it into the field, as if it had never left. */
export function takeDraft(draft: Draft): void {
  const field = textField();
  field.value = draft.text;
  edited().value = draft.edited;
  const revision = field.form!.elements.namedItem("revision") as HTMLInputElement;
  revision.value = draft.edited;
  field.dispatchEvent(new Event("input"));
}
