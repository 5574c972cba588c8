/**
 * The log: one line an event, on stdout; text on a terminal, JSON otherwise. Of an event that happens again and again some
 * lines are written, then how many more there were.
 *
 * @module
 */
import { configureSync, getLogger, type LogRecord, resetSync } from "@logtape/logtape";
import { LOG_EVENTS, type LogEvent, type LogLevel } from "./log/events.ts";
import { asJson, asText, type LogFormat } from "./log/format.ts";
import { Limit } from "./log/limit.ts";

export { LOG_EVENTS, type LogEvent, type LogFormat, type LogLevel };

/** How the log is written. */
export interface LogOptions {
  /** What matters less is not told. */
  level?: LogLevel;
  /** By stdout unless given. */
  format?: LogFormat;
  /** Takes a line without its end; stdout unless given. */
  write?: (line: string) => void;
}

/** Between {@linkcode startLog} and {@linkcode stopLog}. */
let limit: Limit | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Tells an event. Silent unless the log was started. */
export function log(event: LogEvent, fields: Record<string, unknown> = {}): void {
  if (limit === null) return;
  tellMore();
  if (limit.takes(event, performance.now())) write(event, fields);
  else if (timer === undefined) later();
}

/** From now on events are written; a second call replaces the first. */
export function startLog(options: LogOptions = {}): void {
  const { level = "info", format = usualFormat(), write = toStdout } = options;
  stopLog();
  const line = format === "json" ? asJson : asText;
  configureSync({
    reset: true,
    sinks: { lines: (record) => write(line(lineOf(record))) },
    loggers: [
      { category: "guideway", sinks: ["lines"], lowestLevel: level },
      { category: ["logtape", "meta"], sinks: ["lines"], lowestLevel: "warning" },
    ],
  });
  limit = new Limit();
}

/** Tells what was held back, and silences the log again. */
export function stopLog(): void {
  if (limit === null) return;
  tellMore(Infinity);
  clearTimeout(timer);
  timer = undefined;
  limit = null;
  resetSync();
}

/** Text where somebody looks at it. */
export function usualFormat(): LogFormat {
  return Deno.stdout.isTerminal() ? "text" : "json";
}

function write(event: LogEvent, fields: Record<string, unknown>): void {
  const [level, text] = LOG_EVENTS[event];
  const logger = getLogger(["guideway", event]);
  if (level === "warning") logger.warn(text, fields);
  else logger[level](text, fields);
}

/** Tells how much was held back, of events whose time is over. */
function tellMore(now = performance.now()): void {
  for (const { event, count } of limit?.over(now) ?? []) write("suppressed", { of: event, count });
}

function later(): void {
  const wait = limit?.wait(performance.now()) ?? null;
  if (wait === null) return;
  timer = setTimeout(() => {
    timer = undefined;
    tellMore();
    later();
  }, wait + 1);
  // Nothing goes on because of it.
  Deno.unrefTimer(timer);
}

function lineOf({ timestamp, level, category, message, properties }: LogRecord) {
  return {
    at: timestamp,
    level,
    event: category.at(-1) ?? "",
    text: message.map(String).join(""),
    fields: properties,
  };
}

/** Whoever read the log may be gone: that is no reason to stop. */
function toStdout(line: string): void {
  const bytes = new TextEncoder().encode(`${line}\n`);
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
