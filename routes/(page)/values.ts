/**
 * What a form's fields say, as REST takes it. What is no number stays as it was typed: REST says what is wrong with it.
 *
 * @module
 */

/** Null: nothing was typed. */
export function textOf(form: URLSearchParams, name: string): string | null {
  const text = form.get(name)?.trim() ?? "";
  return text === "" ? null : text;
}

/** A whole number, or what was typed in place of one. */
export function numberOf(form: URLSearchParams, name: string): number | string | null {
  const text = textOf(form, name);
  return text !== null && /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

/** Whether a box is checked. */
export function flagOf(form: URLSearchParams, name: string): boolean {
  return form.get(name) === "on";
}
