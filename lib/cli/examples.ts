import type { Command } from "./mod.ts";

const EXAMPLES = new WeakMap<object, readonly string[]>();

/** What {@linkcode addExamples} takes: any command, however its options are typed. */
interface Helped {
  addHelpText(position: "after", text: string): unknown;
}

/**
 * Shows examples below a command's help; a test carries out each of them.
 *
 * @param lines Behind `guideway`; a line with a `|` before it stands as it is.
 * @param notes What else is to be known, above them.
 */
export function addExamples(command: Helped, lines: readonly string[], notes = ""): void {
  const whole = lines.map((line) => line.includes("| guideway ") ? line : `guideway ${line}`);
  EXAMPLES.set(command, whole);
  const title = lines.length === 1 ? "Example" : "Examples";
  const above = notes === "" ? "" : `\n${notes}\n`;
  command.addHelpText("after", `${above}\n${title}:\n${whole.map((one) => `  ${one}`).join("\n")}`);
}

/** The examples of a command, as they are typed. */
export function examplesOf(command: Command): readonly string[] {
  return EXAMPLES.get(command) ?? [];
}
