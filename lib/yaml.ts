/**
 * YAML (and so JSON) text to values and back.
 *
 * @module
 */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  stringify,
} from "yaml";

/** The text cannot be read; the message begins with `name:line:column:` where the place is known. */
export class SyntaxProblem extends Error {
  override readonly name = "SyntaxProblem";
  /** Null: not known. */
  readonly line: number | null;

  constructor(message: string, line: number | null = null) {
    super(message);
    this.line = line;
  }
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
      throw new SyntaxProblem(`${name}:${line}:${col}: ${sentence(problem)}`, line);
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

/** Where a value of a text begins, and the values that it holds. */
export class YamlPlace {
  readonly #document: Document;
  readonly #lines: LineCounter;
  readonly #node: unknown;
  readonly #offset: number;

  constructor(document: Document, lines: LineCounter, node: unknown, offset: number) {
    this.#document = document;
    this.#lines = lines;
    this.#node = isAlias(node) ? node.resolve(document) : node;
    this.#offset = offset;
  }

  /** Counted from 1. */
  get line(): number {
    return this.#lines.linePos(this.#offset).line;
  }

  /** Of a mapping: its fields; of anything else none. */
  get names(): string[] {
    return this.#pairs().map(({ key }) => nameOf(key));
  }

  /** It begins where its name does. */
  field(name: string): YamlPlace | null {
    const pair = this.#pairs().find(({ key }) => nameOf(key) === name);
    return pair === undefined ? null : this.#below(pair.value, pair.key);
  }

  /** Of a list: one of its values. */
  item(at: number): YamlPlace | null {
    if (!isSeq(this.#node)) return null;
    const { items } = this.#node;
    return at < items.length ? this.#below(items[at], items[at]) : null;
  }

  #pairs(): Pair[] {
    return isMap(this.#node) ? this.#node.items : [];
  }

  #below(node: unknown, begin: unknown): YamlPlace {
    const offset = isNode(begin) ? begin.range?.[0] ?? this.#offset : this.#offset;
    return new YamlPlace(this.#document, this.#lines, node, offset);
  }
}

function nameOf(key: unknown): string {
  return String((key as Node & { value?: unknown } | null)?.value ?? key);
}

/** The places of a text that {@linkcode parseYaml} reads. */
export function yamlPlaces(text: string): YamlPlace {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  return new YamlPlace(document, lines, document.contents, document.contents?.range?.[0] ?? 0);
}
