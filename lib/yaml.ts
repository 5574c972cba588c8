/**
 * YAML (and so JSON) text to values and back.
 *
 * @module
 */
import { LineCounter, parseDocument, stringify } from "yaml";

/** The text cannot be read; the message begins with `name:line:column:` where the place is known. */
export class SyntaxProblem extends Error {
  override readonly name = "SyntaxProblem";
}

/** How often aliases may be expanded in all: enough for people, too few for a bomb. */
const ALIASES_MAX = 100;

/**
 * Reads one YAML 1.2 document. Duplicate keys, unknown tags, a second document and alias bombs are refused.
 *
 * @param name What to call the text in messages, such as its path.
 * @throws {SyntaxProblem}
 */
export function parseYaml(text: string, name: string): unknown {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: true,
      stringKeys: true,
    });
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem !== undefined) {
      const { line, col } = lines.linePos(problem.pos[0]);
      throw new SyntaxProblem(`${name}:${line}:${col}: ${sentence(problem)}`);
    }
    return document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (error) {
    // The parser's words for aliases beyond the limit, and for nesting deeper than the stack.
    if (error instanceof ReferenceError) throw new SyntaxProblem(`${name}: ${error.message}`);
    if (error instanceof RangeError) throw new SyntaxProblem(`${name}: nested too deeply`);
    throw error;
  }
}

/** The parser's sentence, where it does not speak to programmers. */
function sentence({ code, message }: { code: string; message: string }): string {
  if (code === "MULTIPLE_DOCS") return "A second document begins here; only one is read";
  if (code === "NON_STRING_KEY") return "A key must be text";
  if (message.startsWith("Maximum call stack")) return "Nested too deeply";
  return message;
}

/** Block-style YAML of a plain value; {@linkcode parseYaml} reads it back to an equal value. */
export function formatYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
