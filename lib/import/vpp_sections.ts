/**
 * The parts of a VPP startup file: sections in braces, and lines.
 *
 * @module
 */
import type { Line, Word } from "../vpp/words.ts";

/** A section: `dpdk { dev 0000:02:00.0 }`. */
export interface Section {
  name: string;
  /** Where it begins. */
  line: number;
  /** What stands between its braces, braces inside it too. */
  words: string[];
}

/** Takes the sections out of the lines. A section that does not end goes to the end of the file. */
export function splitSections(all: readonly Line[]): { lines: Line[]; sections: Section[] } {
  const lines: Line[] = [];
  const sections: Section[] = [];
  let open: { section: Section; depth: number } | null = null;
  for (const line of all) {
    const words = line.flatMap(splitBraces);
    if (open === null && !begins(words)) {
      lines.push(line);
      continue;
    }
    for (const { text, line } of words) {
      if (open === null) {
        open = { section: { name: text, line, words: [] }, depth: 0 };
        sections.push(open.section);
        continue;
      }
      if (text === "{") open.depth++;
      if (text === "}") open.depth--;
      const outer = text === "{" && open.depth === 1 || open.depth === 0;
      if (!outer) open.section.words.push(text);
      if (open.depth === 0) open = null;
    }
  }
  return { lines, sections };
}

/** A command never has a brace behind its first word, a section always; it may be on the next line. */
function begins(words: Word[]): boolean {
  return words[1]?.text === "{";
}

function splitBraces({ text, line, column }: Word): Word[] {
  return Array.from(text.matchAll(/[{}]|[^{}]+/g), ({ 0: part, index }) => ({
    text: part,
    line,
    column: column + index,
  }));
}
