/**
 * Bash hands over a line as it is typed, and takes words back as they are to stand there.
 *
 * @module
 */

/** The words of a line. */
export interface BashLine {
  /** Without quotes and backslashes. The last one is being typed; it may be empty. */
  words: string[];
  /** The last one as it stands there. */
  raw: string;
  /** Quote that is still open in it. */
  quote: "" | '"' | "'";
}

/** Takes a line apart as bash does, as far as quotes go. */
export function readBashLine(line: string): BashLine {
  const words: string[] = [];
  let word = "";
  let start = 0;
  let quote: BashLine["quote"] = "";
  let begun = false;
  for (let at = 0; at < line.length; at++) {
    const letter = line[at]!;
    if (quote === "" && /\s/.test(letter)) {
      if (begun) words.push(word);
      word = "";
      begun = false;
      start = at + 1;
      continue;
    }
    if (!begun) start = at;
    begun = true;
    if (letter === quote) quote = "";
    else if (quote === "" && (letter === '"' || letter === "'")) quote = letter;
    else if (letter === "\\" && quote !== "'") word += line[++at] ?? "";
    else word += letter;
  }
  return { words: [...words, word], raw: line.slice(begun ? start : line.length), quote };
}

/**
 * A candidate as bash is to put it there: quoted, and without what stands before the last of the letters at which bash
 * breaks words, since it replaces only what is behind.
 *
 * @param breaks COMP_WORDBREAKS
 */
export function forBash(value: string, { raw, quote }: BashLine, breaks: string): string {
  if (quote !== "") return value;
  const word = value.replace(/[^\w@%+=:,./[\]-]/g, (letter) => `\\${letter}`);
  const at = Math.max(...[...":="].map((one) => breaks.includes(one) ? raw.lastIndexOf(one) : -1));
  return word.slice(at + 1);
}
