/**
 * The log: one line an event, on stderr.
 *
 * @module
 */
import { configure, getLogger, type Logger, type LogRecord, reset } from "@logtape/logtape";

/** How much the log says. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/** The logger of one part of the program, such as `controller`. Silent until {@linkcode startLog}. */
export function getLog(category: string): Logger {
  return getLogger(["guideway", category]);
}

/** Sends the log to `write` (stderr unless told) from now on; a second call replaces the first. */
export async function startLog(
  level: LogLevel = "info",
  write: (line: string) => void = toStderr,
): Promise<void> {
  await configure({
    reset: true,
    sinks: { lines: (record) => write(formatRecord(record)) },
    loggers: [
      { category: "guideway", sinks: ["lines"], lowestLevel: level },
      { category: ["logtape", "meta"], sinks: ["lines"], lowestLevel: "warning" },
    ],
  });
}

/** Silences the log again. */
export async function stopLog(): Promise<void> {
  await reset();
}

/** `2026-08-01T12:00:00.000Z info controller: committed revision=3 vips=2` */
function formatRecord(record: LogRecord): string {
  const at = new Date(record.timestamp).toISOString();
  const fields = Object.entries(record.properties)
    .map(([key, value]) => ` ${key}=${formatValue(value)}`);
  const words = record.message.map((part) => typeof part === "string" ? part : formatValue(part));
  return `${at} ${record.level} ${record.category.at(-1)}: ${words.join("")}${fields.join("")}`;
}

/** Quoted where a space or a line's end would make the line ambiguous. */
function formatValue(value: unknown): string {
  const text = value instanceof Error
    ? value.message
    : typeof value === "string"
    ? value
    : JSON.stringify(value) ?? String(value);
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}

function toStderr(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}
