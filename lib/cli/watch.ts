/**
 * Commands that read: once, or again and again with `--watch`. On a terminal the looks take each other's place, elsewhere
 * each is a block, and with `--json` a line.
 *
 * @module
 */
import type { Client } from "../client.ts";
import { NotAnsweringError } from "../client/transport.ts";
import { CommandError, usageError } from "./exit.ts";
import { connect } from "./client.ts";
import { sentenceOf } from "./failure.ts";
import { Lines, Page, type Reading } from "./looks.ts";
import { OutputClosed, print, printJson, say } from "./output.ts";
import { ENDS, orStopped, pause, untilSignal } from "./signals.ts";
import { wholeNumber } from "./vip_words.ts";

/** For `.option(...WATCH_OPTION)` on every command that reads. */
export const WATCH_OPTION = [
  "--watch [seconds]",
  "look again each second, or as often as told, until Ctrl-C",
] as const;

/** For `.option(...COUNT_OPTION)` beside it. */
export const COUNT_OPTION = ["--count <looks>", "with --watch: end after so many looks"] as const;

/** A program that takes longer hangs, as far as one can tell. */
const PATIENCE_MS = 10_000;

/** What the command line gave. */
export interface ReadingOptions {
  watch?: string | true | undefined;
  count?: string | undefined;
  json?: true | undefined;
  socket?: string | undefined;
}

/** Carries out a command that reads. @throws what `ask` throws at the first look */
export async function read<T>(options: ReadingOptions, reading: Reading<T>): Promise<void> {
  const times = readTimes(options);
  using client = connect(options);
  if (times !== null) {
    return await untilSignal((stop) => watch(client, options.json, reading, times, stop), ENDS);
  }
  const value = await reading.ask(client);
  const { json = (all: T) => all, text, notes } = reading;
  if (options.json) printJson(json(value));
  else print(text({ value, at: performance.now() }, null));
  for (const note of notes?.(value) ?? []) say(note);
}

/** How often to look, and how often in all. */
export interface Times {
  milliseconds: number;
  count: number;
}

/** @throws {CommandError} wrong usage */
export function readTimes({ watch, count }: ReadingOptions): Times | null {
  if (watch === undefined) {
    if (count !== undefined) throw usageError("--count needs --watch");
    return null;
  }
  const text = watch === true ? "1" : watch;
  const seconds = Number(text);
  if (!/^[\d.]+$/.test(text) || !(seconds >= 0.1 && seconds <= 86_400)) {
    throw usageError(`--watch: not seconds from 0.1 to 86400: ${text}`);
  }
  return {
    milliseconds: seconds * 1000,
    count: count === undefined ? Infinity : wholeNumber("--count", count, 1, 1_000_000_000),
  };
}

async function watch<T>(
  client: Client,
  json: true | undefined,
  reading: Reading<T>,
  { milliseconds, count }: Times,
  stop: AbortSignal,
): Promise<void> {
  const ask = () => orStopped(withPatience(reading.ask(client)), stop);
  // Before the screen is taken: who has no program wants to read why.
  const first = await ask();
  if (first === null) return;
  using shown = json || !Deno.stdout.isTerminal() ? new Lines(json, reading) : new Page(reading);
  shown.show({ value: first, at: performance.now() });
  for (let looks = 1; looks < count; looks++) {
    await orStopped(shown.enough(pause(milliseconds, stop)), stop);
    if (stop.aborted || shown.ended) return;
    try {
      const value = await ask();
      if (value === null) return;
      shown.show({ value, at: performance.now() });
    } catch (error) {
      if (error instanceof OutputClosed || error instanceof CommandError) throw error;
      shown.fail(`${sentenceOf(error)}; trying again`);
    }
  }
  shown.keep();
}

async function withPatience<T>(asked: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const sentence = `the program did not answer for ${PATIENCE_MS / 1000} s`;
    timer = setTimeout(() => reject(new NotAnsweringError(sentence)), PATIENCE_MS);
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
