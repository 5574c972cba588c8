/**
 * Text to lines of words. What is a comment is gone: from `#` to the end of the line, VPP's `comment { … }` over any
 * number of lines, and its `comment …` without braces to the end of the line.
 *
 * @module
 */
import { LineError, type Place } from "./line_error.ts";

/** A word and the place of its first letter. */
export interface Word extends Place {
  text: string;
}

/** The words of a line that has any. */
export type Line = [Word, ...Word[]];

/** All lines that have words. @throws {LineError} for a comment without an end. */
export function readLines(text: string): Line[] {
  const lines: Line[] = [];
  const comment = new Comment();
  for (const [at, line] of text.split("\n").entries()) {
    const words = comment.strip(splitWords(line, at + 1));
    if (isLine(words)) lines.push(words);
  }
  comment.requireEnd();
  return lines;
}

function isLine(words: Word[]): words is Line {
  return words.length > 0;
}

/** The words of one line. */
function splitWords(text: string, line: number): Word[] {
  return Array.from(text.matchAll(/\S+/g), ({ 0: text, index }) => ({
    text,
    line,
    column: index + 1,
  }));
}

/** Follows `comment {` to its closing brace, which may be lines away. */
class Comment {
  #start: Word | null = null;
  #depth = 0;

  /** The words that are no comment. */
  strip(words: Word[]): Word[] {
    for (let at = 0;;) {
      while (this.#start !== null) {
        const word = words[at++];
        if (word === undefined) return [];
        this.#count(word.text);
      }
      const first = words[at];
      if (first === undefined || !/^comment(\{.*)?$/.test(first.text)) return cut(words.slice(at));
      if (first.text === "comment" && !words[++at]?.text.startsWith("{")) return [];
      this.#start = first;
    }
  }

  /** @throws {LineError} */
  requireEnd(): void {
    if (this.#start !== null) throw new LineError(this.#start, "the comment has no closing brace");
  }

  /** Counts the braces of a word; behind the last one the comment is over. */
  #count(text: string): void {
    for (const brace of text.match(/[{}]/g) ?? []) {
      this.#depth += brace === "{" ? 1 : -1;
      if (this.#depth > 0) continue;
      this.#start = null;
      return;
    }
  }
}

function cut(words: Word[]): Word[] {
  const end = words.findIndex(({ text }) => text.startsWith("#"));
  return end === -1 ? words : words.slice(0, end);
}
