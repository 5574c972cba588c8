/**
 * The only place that prints. Data goes to stdout, words to stderr.
 *
 * @module
 */
import { cell, textWidth } from "./width.ts";

/** Whoever read our output stopped reading (`guideway status | head`). */
export class OutputClosed extends Error {
  override readonly name = "OutputClosed";
}

/** Writes text to stdout as it is. @throws {OutputClosed} */
export function write(text: string): void {
  writeAll(Deno.stdout, text);
}

/** Prints lines of data to stdout. @throws {OutputClosed} */
export function print(text: string): void {
  write(text === "" ? "" : text + "\n");
}

/** Prints a value as JSON to stdout. @throws {OutputClosed} */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** Says a sentence on stderr; whether anybody listens does not matter. */
export function say(text: string): void {
  try {
    writeAll(Deno.stderr, text === "" || text.endsWith("\n") ? text : text + "\n");
  } catch (error) {
    if (!(error instanceof OutputClosed)) throw error;
  }
}

function writeAll(to: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += to.writeSync(bytes.subarray(at));
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw new OutputClosed("nobody reads the output");
    throw error;
  }
}

/** A column: its heading, and `>` where its cells stand to the right. */
export type Column = string | { name: string; align: ">" };

/** A column of numbers. */
export function right(name: string): Column {
  return { name, align: ">" };
}

/**
 * A table with aligned columns, two spaces apart, without space at line ends. No rows: nothing but
 * the headings.
 */
export function table(columns: Column[], rows: (string | number)[][]): string {
  const heads = columns.map((column) => typeof column === "string" ? column : column.name);
  const lines = [heads, ...rows.map((row) => row.map(String))];
  // Not Math.max(...all): the engine takes some 100,000 arguments and no more.
  const widths = heads.map((_, at) =>
    lines.reduce((most, line) => Math.max(most, textWidth(line[at] ?? "")), 0)
  );
  return lines.map((line) =>
    line.map((text, at) => cell(text, widths[at] ?? 0, typeof columns[at] === "string" ? "<" : ">"))
      .join("  ").trimEnd()
  ).join("\n");
}

/** At most `rows` lines; the last one tells how many more there are. */
export function fit(lines: string[], rows: number): string[] {
  if (lines.length <= rows) return lines;
  const more = lines.length - rows + 1;
  return [...lines.slice(0, rows - 1), `… ${more} more lines: a taller window shows them`];
}
