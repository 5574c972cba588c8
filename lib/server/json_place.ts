/** Larger texts are not searched for the place of their error. */
const SEARCH_MAX = 1024 * 1024;

/**
 * What is wrong with JSON text: null when nothing is, else `line:column` of the first error, or an empty text
 * where the place is not known.
 */
export function jsonError(text: string): string | null {
  const message = complaint(text);
  if (message === null) return null;
  const at = Number(/at position (\d+)/.exec(message)?.[1] ?? search(text, message));
  if (Number.isNaN(at)) return "";
  const before = text.slice(0, at).split("\n");
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

function complaint(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The engine names a bad token without its place: it is where the shortest text with that error ends. */
function search(text: string, message: string): number {
  if (!isBadToken(message)) return text.length;
  if (text.length > SEARCH_MAX) return NaN;
  let [good, bad] = [0, text.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isBadToken(complaint(text.slice(0, middle)))) bad = middle;
    else good = middle;
  }
  return good;
}

function isBadToken(message: string | null): boolean {
  return message?.startsWith("Unexpected token") ?? false;
}
