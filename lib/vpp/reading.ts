/**
 * Reads a line word by word; at each point it knows what may come next.
 *
 * @module
 */
import { nearest } from "../config/nearest.ts";
import { shown } from "../shown.ts";
import type { Command } from "./command.ts";
import { type Form, FORMS } from "./grammar.ts";
import { LineError, type Place } from "./line_error.ts";
import { Given, type Option } from "./given.ts";
import type { Value } from "./value.ts";
import type { Line, Word } from "./words.ts";

/** Something that may come next: a word as it is, or a value. */
export type Next =
  | { word: string; help: string }
  | { value: Value<unknown>; help: string }
  /** The line may end here. */
  | { end: true };

/** Longer words are no slips of the pen. */
const WORD_MAX = 32;

/** Reads one line. @throws {LineError} */
export function readCommand(line: Line): Command {
  const reading = new Reading();
  for (const word of line) reading.take(word);
  return reading.end(line);
}

/** A line that is being read. */
export class Reading {
  /** Forms that the words fit so far; once one is left and all its words are there, its parts follow. */
  #open: readonly Form[] = FORMS;
  #depth = 0;
  #form: Form | null = null;
  #waiting: { option: Option; word: Word } | null = null;
  readonly head: { value: string; place: Place }[] = [];
  readonly #rest: { value: string; place: Place }[] = [];
  readonly #given = new Given();

  /** @throws {LineError} */
  take(word: Word): void {
    if (this.#form === null && this.#takeStep(word)) return;
    const form = this.#form ??= this.#begin(word);
    if (this.#waiting !== null) return this.#takeValue(word, this.#waiting);
    const head = form.head[this.head.length];
    if (head !== undefined) {
      this.head.push({ value: read(head, word, ""), place: word });
      return;
    }
    const option = form.options.find((one) => one.word === word.text);
    if (option !== undefined) return this.#takeOption(word, option);
    if (form.rest === null || !/[.:]/.test(word.text)) this.#unknown(word);
    this.#rest.push({ value: read(form.rest!, word, ""), place: word });
  }

  /** @throws {LineError} when something is missing */
  end(line: Line): Command {
    const last = line[line.length - 1]!;
    const end = { line: last.line, column: last.column + last.text.length };
    const next = this.next();
    if (!next.some((one) => "end" in one)) {
      throw new LineError(end, `something is missing behind ${shown(last.text)}: ${list(next)}`);
    }
    const form = this.#form ?? this.#complete()!;
    const [{ line: row, column }] = line;
    const place = { line: row, column };
    return form.build({ place, end, head: this.head, rest: this.#rest, given: this.#given });
  }

  /** What may come next. */
  next(): Next[] {
    if (this.#waiting !== null) {
      const { value, help } = this.#waiting.option;
      return [{ value: value!, help }];
    }
    const form = this.#form ?? this.#complete();
    return [...this.#form === null ? this.#steps() : [], ...form === null ? [] : this.#parts(form)];
  }

  /** VPP takes any beginning of a word that only one word has. False: the words of the form are over. */
  #takeStep(word: Word): boolean {
    const steps = this.#open.filter(({ path }) => path.length > this.#depth);
    const matching = (fits: (name: string) => boolean) =>
      steps.filter(({ path }) => path[this.#depth]!.some(fits));
    const exact = matching((name) => name === word.text);
    const found = exact.length > 0 ? exact : matching((name) => name.startsWith(word.text));
    const heads = new Set(found.map(({ path }) => path[this.#depth]![0]!));
    if (heads.size > 1) {
      const could = [...heads].join(" or ");
      throw new LineError(word, `${shown(word.text)} could be ${could}; write more of it`);
    }
    if (found.length === 0) return false;
    this.#open = found;
    this.#depth++;
    return true;
  }

  /** The form whose words are over, where this one can be the first of its parts. */
  #begin(word: Word): Form {
    const form = this.#complete();
    if (form === null) this.#unknown(word);
    const part = form.head.length > 0 || form.options.some((one) => one.word === word.text);
    return part ? form : this.#unknown(word);
  }

  #takeValue(word: Word, { option, word: keyword }: { option: Option; word: Word }): void {
    this.#given.set(option, keyword, read(option.value!, word, `${option.word}: `));
    this.#waiting = null;
  }

  #takeOption(word: Word, option: Option): void {
    this.#given.check(option, word);
    if (option.value === null) this.#given.set(option, word, true);
    else this.#waiting = { option, word };
  }

  /** The form whose words are all there. */
  #complete(): Form | null {
    return this.#open.find(({ path }) => path.length === this.#depth) ?? null;
  }

  #steps(): Next[] {
    const steps = this.#open.filter(({ path }) => path.length > this.#depth);
    const byWord = Map.groupBy(steps, ({ path }) => path[this.#depth]![0]!);
    return [...byWord].map(([word, forms]) => ({
      word,
      help: [...new Set(forms.map(({ help }) => help))].join("; "),
    }));
  }

  #parts(form: Form): Next[] {
    const head = form.head[this.head.length];
    if (head !== undefined) return [{ value: head, help: form.help }];
    const fits = (one: Option) =>
      !this.#given.has(one) &&
      !form.options.some((o) => one.not.includes(o.word) && this.#given.has(o));
    return [
      ...form.rest === null ? [] : [{ value: form.rest, help: "of a server, any number of them" }],
      ...form.options.filter(fits).map(({ word, help }) => ({ word, help })),
      { end: true },
    ];
  }

  #unknown(word: Word): never {
    const next = this.next();
    const words = next.flatMap((one) => "word" in one ? [one.word] : []);
    const meant = word.text.length > WORD_MAX ? null : nearest(word.text, words);
    const hint = meant === null ? `known here: ${list(next)}` : `did you mean ${meant}?`;
    throw new LineError(word, `unknown word ${shown(word.text)}; ${hint}`);
  }
}

function read<T>(value: Value<T>, word: Word, before: string): T {
  try {
    return value.read(word.text);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new LineError(word, `${before}${error.message}`);
  }
}

function list(next: Next[]): string {
  return next.flatMap((one) => "end" in one ? [] : ["word" in one ? one.word : one.value.name])
    .join(", ") || "nothing more";
}
