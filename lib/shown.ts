/** Longer values are cut: a sentence must stay one, whatever was sent. */
const LENGTH_MAX = 60;

/** A value as a sentence quotes it: JSON where there is any, at most 60 letters. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(cut(value));
  if (typeof value === "number") return String(value);
  return cut(JSON.stringify(value) ?? String(value));
}

function cut(text: string): string {
  return text.length > LENGTH_MAX ? `${text.slice(0, LENGTH_MAX - 3)}...` : text;
}
