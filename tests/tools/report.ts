/**
 * Sums of a JUnit report as `deno test` writes it.
 *
 * @module
 */

/** How many tests ended how. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Counts the test cases of a report; a test with steps is one test and each step another. */
export function countReport(xml: string): Counts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const match of xml.matchAll(/<testcase\b[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const inside = match[1] ?? "";
    if (/<(failure|error)\b/.test(inside)) counts.failed += 1;
    else if (/<skipped\b/.test(inside)) counts.skipped += 1;
    else counts.passed += 1;
  }
  return counts;
}

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** Its message, and its text where it has one. */
const ERROR =
  /<(?:failure|error)\b(?: message="([^"]*)")?[^>]*?(?:\/>|>([\s\S]*?)<\/(?:failure|error)>)/;

function plain(text: string): string {
  return text.replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}

/** Each test case that failed: its file, its name, and the first `lines` lines of the error, indented. */
export function failuresOf(xml: string, lines = 12): string[] {
  const found: string[] = [];
  const cases =
    /<testcase name="([^"]*)" classname="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g;
  for (const [, name = "", file = "", inside = ""] of xml.matchAll(cases)) {
    const error = ERROR.exec(inside);
    if (error === null) continue;
    const told = plain(error[2] || error[1] || "").split("\n").slice(0, lines).map((line) =>
      `    ${line}`
    );
    found.push([`failed: ${plain(file)}: ${plain(name)}`, ...told].join("\n"));
  }
  return found;
}

/** `12 passed, 0 failed`, with `, 3 skipped` where some were. */
export function summaryLine(counts: Counts): string {
  const line = `${counts.passed} passed, ${counts.failed} failed`;
  return counts.skipped > 0 ? `${line}, ${counts.skipped} skipped` : line;
}
