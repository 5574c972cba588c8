import type { RevisionDiff, RevisionHead, RevisionView } from "../question.ts";
import type { Command } from "./mod.ts";
import { connect, DRY_RUN_OPTION, JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { addExamples } from "./examples.ts";
import { right, table } from "./output.ts";
import { collect, moreNotes } from "./pages.ts";
import { printApplied } from "./plan.ts";
import { wholeNumber } from "./vip_words.ts";
import { COUNT_OPTION, read, WATCH_OPTION } from "./watch.ts";

/** `guideway revision list|show|diff|rollback`. */
export function register(program: Command): void {
  const revision = program.command("revision")
    .description("Configurations that were accepted: list, show, compare, go back.");
  const parent = revision as unknown as Command;
  registerList(parent);
  registerShow(parent);
  registerDiff(parent);
  registerRollback(parent);
  addExamples(revision, ["revision list", "revision diff 1", "revision rollback 1 --dry-run"]);
}

function registerList(revision: Command): void {
  const list = revision.command("list")
    .description("Revisions, the newest first.")
    .option("--search <text>", "those whose change or author holds this text")
    .option("--limit <count>", "at most so many", "20")
    .option(...WATCH_OPTION)
    .option(...COUNT_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (options) => {
      const limit = wholeNumber("--limit", options.limit, 1, 100_000);
      const search = options.search === undefined ? {} : { search: options.search };
      await read(options, {
        ask: async (client) => {
          const found = await collect(limit, async (page) => {
            const { revisions: list, cursor } = await client.revisions({ ...page, ...search });
            return { list, cursor };
          });
          return { ...found, running: (await client.status()).revision };
        },
        text: ({ value: { list, running } }) =>
          table(COLUMNS, list.map((one) => row(one, running))),
        json: ({ list, cursor }) => ({ revisions: list, cursor }),
        notes: ({ cursor }) => moreNotes(cursor, limit, "older ones"),
      });
    });
  addExamples(list, [
    "revision list",
    "revision list --search 10.0.0.1",
    "revision list --limit 100 --json",
  ]);
}

function registerShow(revision: Command): void {
  const show = revision.command("show")
    .description("The configuration of a revision, or what runs, as YAML.")
    .argument("[revision]", "its number; what runs unless given")
    .option(...WATCH_OPTION)
    .option(...COUNT_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (number, options) => {
      const wanted = number === undefined ? null : readNumber(number);
      await read<RevisionView | string>(options, {
        ask: async (client) => {
          const one = wanted ?? (await client.status()).revision;
          return options.json ? await client.revision(one) : await client.revisionText(one);
        },
        text: ({ value }) => String(value).trimEnd(),
      });
    });
  addExamples(show, ["revision show > guideway.yaml", "revision show 1 --json"]);
}

function registerDiff(revision: Command): void {
  const diff = revision.command("diff")
    .description("What changed from one revision to another, or to what runs.")
    .argument(...NUMBER)
    .argument("[to]", "another revision's number; what runs unless given")
    .option(...WATCH_OPTION)
    .option(...COUNT_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (from, to, options) => {
      const numbers = [from, to].filter((text) => text !== undefined).map(readNumber);
      const [first = 0, second] = numbers;
      await read(options, {
        ask: (client) => client.revisionDiff(first, second),
        text: ({ value }) => describeDiff(value),
      });
    });
  addExamples(diff, ["revision diff 1", "revision diff 1 2", "revision diff 1 --watch 5"]);
}

function describeDiff({ from, to, changes }: RevisionDiff): string {
  if (changes.length === 0) return `${from} and ${to} are the same`;
  return changes.map(({ path, from, to }) => lineOf(path, from, to)).join("\n");
}

function registerRollback(revision: Command): void {
  const rollback = revision.command("rollback")
    .description("Go back: a revision's configuration becomes a new one.")
    .argument(...NUMBER)
    .option(...DRY_RUN_OPTION)
    .option("--if-match <revision>", "only if this is still the running revision")
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (number, options) => {
      const ifMatch = options.ifMatch === undefined
        ? {}
        : { ifMatch: wholeNumber("--if-match", options.ifMatch, 0, Number.MAX_SAFE_INTEGER) };
      using client = connect(options);
      const dryRun = options.dryRun ?? false;
      const applied = await client.rollback(readNumber(number), { dryRun, ...ifMatch });
      printApplied(applied, options.json);
    });
  addExamples(rollback, ["revision rollback 1 --dry-run", "revision rollback 2 --if-match 12"]);
}

const NUMBER = ["<revision>", "its number"] as const;

function readNumber(text: string): number {
  return wholeNumber("revision", text, 0, 999_999_999_999_999);
}

const COLUMNS = [right("REVISION"), "CREATED", "CHANGE", "BY", "FROM", "", "WHAT"];

function row(head: RevisionHead, running: number): (string | number)[] {
  const { number, created, comment, author, origin, what } = head;
  const when = created.slice(0, 19).replace("T", " ");
  return [number, when, comment, author, origin, number === running ? "runs" : "", what];
}

/** `+` is new, `-` is gone, `~` is another. */
function lineOf(path: string, from: unknown, to: unknown): string {
  if (from === null) return `+ ${path}: ${JSON.stringify(to)}`;
  if (to === null) return `- ${path}: ${JSON.stringify(from)}`;
  return `~ ${path}: ${JSON.stringify(from)} -> ${JSON.stringify(to)}`;
}
