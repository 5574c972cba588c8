/**
 * Several commands as one change: all of it is carried out, or nothing.
 *
 * @module
 */
import type { Flush } from "../change.ts";
import { type Config, parseConfig } from "../config.ts";
import { RefusedError } from "../refused.ts";
import type { Command } from "./command.ts";
import { Draft } from "./draft.ts";
import { edit } from "./edit.ts";
import type { LineError, Place } from "./line_error.ts";
import { lineErrors } from "./problems.ts";
import { readCommand } from "./reading.ts";
import { readLines } from "./words.ts";

/** What commands make of a configuration. */
export interface Edited {
  config: Config;
  flushes: Flush[];
  /** What each command prints; empty: nothing. */
  answers: string[];
  /** The error of the line that caused what the running program refused. */
  explain(refused: RefusedError): LineError;
}

/** Reads all lines of a text. @throws {LineError} */
export function readScript(text: string): Command[] {
  return readLines(text).map(readCommand);
}

/** Whether any command is more than a look. */
export function changes(commands: readonly Command[]): boolean {
  return commands.some(({ kind }) => kind !== "show");
}

/** Whether what it means depends on which removed servers still have flows. */
export function asksForRemoved(commands: readonly Command[]): boolean {
  return commands.some((command) => "flush" in command && command.flush);
}

/**
 * Carries out all commands on a configuration. Nothing but the outcome tells of it.
 *
 * @param removed Addresses of removed servers that still have flows, by VIP.
 * @throws {LineError} of the first line that is wrong; in a valid whole the order does not matter.
 */
export function editAll(
  config: Config,
  commands: readonly Command[],
  removed: ReadonlyMap<string, readonly string[]> = new Map(),
): Edited {
  const draft = new Draft(config, removed);
  const answers = commands.map((command) => edit(draft, command));
  const last = lastChange(commands);
  const explain = ({ problems }: RefusedError) => lineErrors(draft, problems, last)[0]!;
  try {
    return { config: parseConfig(draft.input()), flushes: draft.flushes, answers, explain };
  } catch (error) {
    throw error instanceof RefusedError ? explain(error) : error;
  }
}

/** Where to stand when no line can be told. */
function lastChange(commands: readonly Command[]): Place {
  return commands.findLast(({ kind }) => kind !== "show")?.place ?? { line: 1, column: 1 };
}
