/**
 * A line of the log: for people, or for programs.
 *
 * @module
 */

/** What a line tells. */
export interface LogLine {
  /** Milliseconds since 1970. */
  at: number;
  level: string;
  event: string;
  text: string;
  fields: Record<string, unknown>;
}

/** How lines are written. */
export type LogFormat = "text" | "json";

/** `2026-08-01T12:00:00.000Z warning server_down: a server is down server=10.0.0.1 reason="connection refused"` */
export function asText({ at, level, event, text, fields }: LogLine): string {
  const facts = Object.entries(fields).filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}=${quoted(plain(value))}`);
  return `${new Date(at).toISOString()} ${level} ${event}: ${text}${facts.join("")}`;
}

/** `{"time":"2026-08-01T12:00:00.000Z","level":"warning","event":"server_down","text":"…","server":"10.0.0.1"}` */
export function asJson({ at, level, event, text, fields }: LogLine): string {
  const facts = Object.entries(fields).map(([key, value]) => [key, plain(value)]);
  return JSON.stringify({
    time: new Date(at).toISOString(),
    level,
    event,
    text,
    ...Object.fromEntries(facts),
  });
}

/** An error has nothing that JSON would show. */
function plain(value: unknown): unknown {
  return value instanceof Error ? value.message : value;
}

/** A list with commas; quoted where a space or a line's end would make the line ambiguous. */
function quoted(value: unknown): string {
  const text = Array.isArray(value)
    ? value.join(",")
    : typeof value === "string"
    ? value
    : JSON.stringify(value) ?? String(value);
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}
