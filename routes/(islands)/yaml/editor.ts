/**
 * The text field of the configuration: its lines stay numbered, and what is wrong stands in them.
 *
 * @module
 */
import { type ComponentChild, h, render } from "preact";
import type { Problem } from "../../../lib/refused.ts";
import { lineCount, LineNotes, LineNumbers } from "../../(components)/changes/marks.tsx";

const get = (id: string) => document.getElementById(id)!;

/** The field. */
export function textField(): HTMLTextAreaElement {
  return get("yaml-text") as HTMLTextAreaElement;
}

/** Drawn last; null: by the server. */
let drawn: { count: number; wrong: number } | null = null;

/** Shows what is wrong in its lines, and numbers as many as there are. */
export function showMarks(text: string, problems: Problem[]): void {
  const count = lineCount(text);
  // Long texts take long to draw, and most keys change none of it.
  if (drawn?.count === count && drawn.wrong + problems.length === 0) return;
  drawn = { count, wrong: problems.length };
  draw("yaml-numbers", h(LineNumbers, { count, problems }));
  draw("yaml-notes", h(LineNotes, { text, problems }));
  const field = textField();
  if (problems.length > 0) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  // For browsers that do not let a field grow by themselves.
  field.rows = count + 1;
}

function draw(id: string, what: ComponentChild): void {
  const place = get(id);
  // What the server drew is not the script's.
  if (place.dataset.drawn === undefined) place.replaceChildren();
  place.dataset.drawn = "";
  render(what, place);
}

/** Leads to a line and selects it. */
export function goToLine(line: number): void {
  const field = textField();
  const lines = field.value.split("\n");
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  field.focus({ preventScroll: true });
  field.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  showLine(line);
  get("yaml-editor").scrollIntoView({ block: "nearest" });
}

/** Brings a line into the middle of the editor. */
export function showLine(line: number): void {
  const editor = get("yaml-editor");
  const height = parseFloat(getComputedStyle(textField()).lineHeight);
  editor.scrollTop = Math.max(0, (line - 1) * height - editor.clientHeight / 2);
  editor.scrollLeft = 0;
}

/** A new line begins where the one before it began. Tab leads out of the field, as everywhere. */
export function indentNewLines(event: KeyboardEvent): void {
  const { ctrlKey, altKey, metaKey, shiftKey, key, isComposing } = event;
  if (key !== "Enter" || ctrlKey || altKey || metaKey || shiftKey || isComposing) return;
  const { value, selectionStart } = textField();
  const line = value.slice(value.lastIndexOf("\n", selectionStart - 1) + 1, selectionStart);
  const indent = /^ *(- )?/.exec(line)![0].replace("-", " ");
  if (indent === "") return;
  event.preventDefault();
  // Old, and the only way that undo knows of.
  document.execCommand("insertText", false, `\n${indent}`);
}
