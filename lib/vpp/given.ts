/**
 * Keywords of a command, and those that a line gave.
 *
 * @module
 */
import { LineError } from "./line_error.ts";
import type { Value } from "./value.ts";
import type { Word } from "./words.ts";

/** A keyword with its value, or alone. */
export interface Option<T = unknown> {
  word: string;
  /** Null: the keyword says it all. */
  value: Value<T> | null;
  help: string;
  /** Keywords that cannot stand in the same line. */
  not: string[];
}

/** A keyword with a value behind it. */
export function option<T>(word: string, value: Value<T>, help: string, not: string[] = []) {
  return { word, value, help, not } satisfies Option<T>;
}

/** A keyword alone. */
export function flag(word: string, help: string, not: string[] = []): Option<true> {
  return { word, value: null, help, not };
}

/** The keywords that a line gave, with their values. */
export class Given {
  readonly #all = new Map<string, { word: Word; value: unknown }>();

  has(option: Option): boolean {
    return this.#all.has(option.word);
  }

  get<T>(option: Option<T>): T | undefined {
    return this.#all.get(option.word)?.value as T | undefined;
  }

  /** The keyword where it stands. */
  word(option: Option): Word | undefined {
    return this.#all.get(option.word)?.word;
  }

  /** @throws {LineError} when it is there already, or another one that excludes it */
  check(option: Option, word: Word): void {
    if (this.has(option)) throw new LineError(word, `${option.word} is given twice`);
    const other = option.not.find((name) => this.#all.has(name));
    if (other !== undefined) {
      throw new LineError(word, `${other} and ${option.word} exclude each other`);
    }
  }

  set(option: Option, word: Word, value: unknown): void {
    this.#all.set(option.word, { word, value });
  }
}
