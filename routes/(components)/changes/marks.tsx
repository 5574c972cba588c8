/**
 * What stands around the text of an editor: numbers of its lines, and what is wrong at the end of a line. Both are text
 * as high as the editor's, so that nothing has to be placed.
 *
 * @module
 */
import type { Problem } from "../../../lib/refused.ts";
import { withoutPlace } from "./check_result.tsx";

/** A line of an editor, and what is wrong with it. */
interface Wrong {
  line: number;
  message: string;
}

/** Problems that have a line, those of a line together, from top to bottom. */
function wrongLines(problems: readonly Problem[]): Wrong[] {
  const lines = Map.groupBy(problems, ({ line }) => line ?? 0);
  lines.delete(0);
  return [...lines].sort(([a], [b]) => a - b).map(([line, problems]) => ({
    line,
    message: problems.map(({ message }) => withoutPlace(message)).join("; "),
  }));
}

/** The numbers of lines; those in which something is wrong are marked. */
export function LineNumbers({ count, problems }: { count: number; problems: Problem[] }) {
  let next = 1;
  const parts = wrongLines(problems).filter(({ line }) => line <= count).map(({ line }) => {
    const before = numbers(next, line);
    next = line + 1;
    return (
      <>
        {before}
        <b id={`line-${line}`}>! {line}</b>
        {"\n"}
      </>
    );
  });
  return (
    <>
      {parts}
      {numbers(next, count + 1)}
    </>
  );
}

function numbers(from: number, to: number): string {
  return Array.from({ length: Math.max(to - from, 0) }, (_, at) => `${from + at}\n`).join("");
}

/** What is wrong, at the end of its line. */
export function LineNotes({ text, problems }: { text: string; problems: Problem[] }) {
  const wrong = wrongLines(problems);
  if (wrong.length === 0) return null;
  const lines = text.split("\n");
  let next = 1;
  return (
    <>
      {wrong.map(({ line, message }) => {
        const before = "\n".repeat(Math.max(line - next, 0));
        next = line;
        return (
          <>
            {before}
            <span class="ghost">{lines[line - 1] ?? ""}</span>
            <span class="note">{message}</span>
          </>
        );
      })}
    </>
  );
}

/** How many lines a text has. */
export function lineCount(text: string): number {
  let count = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
