/**
 * Runs the tests and ends with one line: `N passed, N failed, N skipped`.
 *
 *     deno run -A tests/tools/run.ts [WORD…] [OPTION…]
 *
 * A word picks the test files with it in their path; options go to `deno test` as they are.
 *
 * @module
 */
import { countReport, type Counts, summaryLine } from "./report.ts";

const TESTS = new URL("../", import.meta.url).pathname;

async function* testFiles(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) yield* testFiles(`${path}/`);
    else if (/_test\.tsx?$/.test(entry.name)) yield path;
  }
}

async function pick(words: string[]): Promise<string[]> {
  const files = (await Array.fromAsync(testFiles(TESTS))).sort();
  if (words.length === 0) return files;
  return files.filter((file) => words.some((word) => file.slice(TESTS.length).includes(word)));
}

async function runTests(files: string[], options: string[], report: string): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "--allow-all", `--junit-path=${report}`, ...options, ...files],
    cwd: new URL("../", `file://${TESTS}`),
    stdin: "null",
  }).spawn();
  // The terminal's Ctrl-C reaches the tests by itself; they clean up, and this waits for them.
  const wait = () => {};
  const pass = () => child.kill("SIGTERM");
  Deno.addSignalListener("SIGINT", wait);
  Deno.addSignalListener("SIGTERM", pass);
  const { code } = await child.status;
  Deno.removeSignalListener("SIGINT", wait);
  Deno.removeSignalListener("SIGTERM", pass);
  return code;
}

async function main(args: string[]): Promise<number> {
  const options = args.filter((arg) => arg.startsWith("-"));
  const words = args.filter((arg) => !arg.startsWith("-"));
  const files = await pick(words);
  if (files.length === 0) {
    console.error(`No test file has ${words.join(" or ")} in its path`);
    return 2;
  }
  const folder = await Deno.makeTempDir();
  try {
    const report = `${folder}/report.xml`;
    const code = await runTests(files, options, report);
    const counts: Counts = countReport(await Deno.readTextFile(report).catch(() => ""));
    // A file that does not load fails the run without being a test in the report.
    if (code !== 0 && counts.failed === 0) counts.failed = 1;
    console.log(summaryLine(counts));
    return counts.failed > 0 || counts.passed === 0 ? 1 : 0;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
