/**
 * What may come next on a line that is being typed.
 *
 * @module
 */
import type { Config } from "../config.ts";
import { FORMS } from "./grammar.ts";
import { LineError } from "./line_error.ts";
import { type Next, Reading } from "./reading.ts";
import type { Known, Value } from "./value.ts";
import type { Word } from "./words.ts";

/** Something that can be typed next, or is told in capitals. */
export interface Candidate {
  text: string;
  help: string;
  /** Whether the text itself may be typed: `encap`, not `PREFIX`. */
  literal: boolean;
}

/** What the line ends with, and what can stand in its place. */
export interface Completion {
  /** The word that is being typed; empty behind a space. */
  word: string;
  candidates: Candidate[];
}

/** What a line may end with in place of more words. */
export const ENTER = "<enter>";

/**
 * Completes a line by the grammar and by the names of a configuration.
 *
 * @param text The line up to the cursor.
 * @param config Null: no names are known.
 * @throws {LineError} when what stands there already is wrong.
 */
export function complete(text: string, config: Config | null): Completion {
  const words: Word[] = Array.from(text.matchAll(/\S+/g), ({ 0: text, index }) => ({
    text,
    line: 1,
    column: index + 1,
  }));
  const word = /\s$/.test(text) ? "" : words.pop()?.text ?? "";
  const reading = new Reading();
  for (const before of words) reading.take(before);
  const prefix = reading.head[0]?.value ?? null;
  const candidates = reading.next().flatMap((next) => candidatesOf(next, config, prefix));
  return { word, candidates: candidates.filter((one) => fits(one, word)) };
}

/** The words that Tab may put there; none where the line is wrong already. */
export function tabWords(text: string, config: Config | null): { word: string; words: string[] } {
  try {
    const { word, candidates } = complete(text, config);
    return { word, words: candidates.filter(({ literal }) => literal).map(({ text }) => text) };
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    return { word: "", words: [] };
  }
}

/** How each command is written, with what it does. */
export function usage(): [string, string][] {
  return FORMS.map(({ path, head, rest, options, help }) => {
    const words = [
      ...path.map(([word]) => word),
      ...head.map(({ name }) => name),
      ...rest === null ? [] : [`${rest.name}...`],
      ...options.map(({ word, value }) => value === null ? `[${word}]` : `[${word} ${value.name}]`),
    ];
    return [words.join(" "), help];
  });
}

function fits({ text, literal }: Candidate, word: string): boolean {
  return literal ? text.startsWith(word) : word === "" || text !== ENTER;
}

function candidatesOf(next: Next, config: Config | null, prefix: string | null): Candidate[] {
  if ("end" in next) return [{ text: ENTER, help: "the line may end here", literal: false }];
  if ("word" in next) return [{ text: next.word, help: next.help, literal: true }];
  const { value, help } = next;
  const known = value.words ?? knownWords(value, config, prefix);
  const words = known.map((text) => ({ text, help, literal: true }));
  return value.words === undefined ? [{ text: value.name, help, literal: false }, ...words] : words;
}

/** Names in the configuration; servers and ports are those of VIPs with that prefix. */
function knownWords({ known }: Value<unknown>, config: Config | null, prefix: string | null) {
  if (config === null || known === undefined) return [];
  const vips = config.vips.filter((vip) => vip.prefix === prefix);
  const words: Record<Known, () => string[]> = {
    prefix: () => config.vips.map((vip) => vip.prefix),
    port: () => vips.flatMap(({ port }) => port === undefined ? [] : [String(port)]),
    server: () => vips.flatMap(({ servers }) => servers.map(({ address }) => address)),
    interface: () => Object.keys(config.interfaces),
  };
  return [...new Set(words[known]())];
}
