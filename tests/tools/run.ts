/**
 * Runs the tests and ends with what failed and one line: `N passed, N failed, N skipped`.
 *
 *     deno run -A tests/tools/run.ts [WORD…] [OPTION…]
 *
 * A word picks the test files with it in their path; options go to `deno test` as they are. With `--executable` those that
 * test the program from outside run once more, on `dist/guideway`.
 *
 * @module
 */
import { countReport, type Counts, failuresOf, summaryLine } from "./report.ts";

const TESTS = new URL("../", import.meta.url).pathname;
const EXE = new URL("../../dist/guideway", import.meta.url).pathname;
/** What runs on the executable, too: itself, rows of packets by `replay`, what an operator does in the console. */
const ON_EXE = ["executable/", "packets/", "e2e/console_journey_test.ts"];
/** What is about ends and starts takes long: where there is an executable, it runs on that alone. */
const ON_EXE_ALONE = [
  "cli/kill_test.ts",
  "cli/store_trouble_test.ts",
  "cli/upgrade_test.ts",
  "e2e/churn_test.ts",
  "e2e/early_test.ts",
  "e2e/restart_test.ts",
  "e2e/upgrade_failure_test.ts",
  "e2e/upgrade_ports_test.ts",
  "e2e/upgrade_test.ts",
  "e2e/xdp_restart_test.ts",
];
/** They meet nobody: files of these folders run side by side. Others have namespaces, processors or `build/` to themselves. */
const SIDE_BY_SIDE = ["ffi/", "import/", "lib/", "packets/", "routes/", "vpp/"];
/** Of `packets/`: files whose rows go through `replay`. */
const ROWS = /\/(cut|echo|katran|l3dsr|mix|nat|peers|refusal|steering|too_big|ttl)_test\.ts$/;

/** How many tests ended how, and which failed with what: the end of a long log is all that many people see of it. */
interface Outcome extends Counts {
  failures: string[];
}

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

function isOnExeAlone(file: string): boolean {
  return ON_EXE_ALONE.includes(file.slice(TESTS.length));
}

function isOnExe(file: string): boolean {
  const path = file.slice(TESTS.length);
  return ON_EXE.some((place) => path.startsWith(place)) &&
    (!path.startsWith("packets/") || ROWS.test(file));
}

async function runTests(
  files: string[],
  options: string[],
  report: string,
  env: Record<string, string> = {},
): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "--allow-all", `--junit-path=${report}`, ...options, ...files],
    env,
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

/** Runs the files, those that may side by side; what became of them. */
async function counted(
  files: string[],
  options: string[],
  env: Record<string, string> = {},
): Promise<Outcome> {
  const together = files.filter((file) =>
    SIDE_BY_SIDE.some((folder) => file.slice(TESTS.length).startsWith(folder))
  );
  const alone = files.filter((file) => !together.includes(file));
  return sum(
    await countedAtOnce(together, ["--parallel", ...options], env),
    await countedAtOnce(alone, options, env),
  );
}

function sum(one: Outcome, other: Outcome): Outcome {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
    failures: [...one.failures, ...other.failures],
  };
}

async function countedAtOnce(
  files: string[],
  options: string[],
  env: Record<string, string>,
): Promise<Outcome> {
  if (files.length === 0) return { passed: 0, failed: 0, skipped: 0, failures: [] };
  const folder = await Deno.makeTempDir();
  try {
    const report = `${folder}/report.xml`;
    const code = await runTests(files, options, report, env);
    const xml = await Deno.readTextFile(report).catch(() => "");
    const outcome: Outcome = { ...countReport(xml), failures: failuresOf(xml) };
    // A file that does not load fails the run without being a test in the report.
    if (code !== 0 && outcome.failed === 0) {
      outcome.failed = 1;
      outcome.failures.push(`failed: the run itself, with exit code ${code}`);
    }
    return outcome;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function main(args: string[]): Promise<number> {
  const onExe = args.includes("--executable");
  const options = args.filter((arg) => arg.startsWith("-") && arg !== "--executable");
  const words = args.filter((arg) => !arg.startsWith("-"));
  const files = await pick(words);
  if (files.length === 0) {
    console.error(`No test file has ${words.join(" or ")} in its path`);
    return 2;
  }
  let outcome = await counted(files.filter((file) => !onExe || !isOnExeAlone(file)), options);
  if (onExe) {
    const again = files.filter((file) => isOnExe(file) || isOnExeAlone(file));
    outcome = sum(outcome, await counted(again, options, { GUIDEWAY_EXE: EXE }));
  }
  for (const failure of outcome.failures) console.log(failure);
  console.log(summaryLine(outcome));
  return outcome.failed > 0 || outcome.passed === 0 ? 1 : 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
