/**
 * The only place that prints. Data goes to stdout, words to stderr.
 *
 * @module
 */

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
    lines.reduce((most, line) => Math.max(most, line[at]?.length ?? 0), 0)
  );
  return lines.map((line) =>
    line.map((cell, at) => {
      const width = widths[at] ?? 0;
      return typeof columns[at] === "string" ? cell.padEnd(width) : cell.padStart(width);
    }).join("  ").trimEnd()
  ).join("\n");
}

/**
 * Shows lines in place of those shown before, where stdout is a terminal; else adds them and an empty line. What the
 * terminal has no room for is cut off, and the last line says so.
 */
export function redraw(text: string): void {
  if (!Deno.stdout.isTerminal()) return print(`${text}\n`);
  const { rows, columns } = Deno.consoleSize();
  // Home, each line cut clean to its end, then nothing below: no flicker.
  const lines = fit(text.split("\n"), rows - 1, columns).map((line) => `${line}\x1b[K\n`);
  write(`\x1b[H${lines.join("")}\x1b[J`);
}

/** At most `rows` lines of at most `columns` letters. A terminal that does not know its size says 0: nothing is cut. */
export function fit(lines: string[], rows: number, columns: number): string[] {
  const short = columns > 0 ? lines.map((line) => line.slice(0, columns)) : lines;
  if (rows < 1 || short.length <= rows) return short;
  const more = short.length - rows + 1;
  return [...short.slice(0, rows - 1), `… ${more} more lines: a taller window shows them`];
}
