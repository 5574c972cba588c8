import type { RevisionHead } from "../question.ts";
import type { Command } from "./mod.ts";
import { connect, DRY_RUN_OPTION, JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { print, printJson, right, say, table } from "./output.ts";
import { collect } from "./pages.ts";
import { printApplied } from "./plan.ts";
import { wholeNumber } from "./vip_words.ts";

/** `guideway revision list|show|diff|rollback`. */
export function register(program: Command): void {
  const revision = program.command("revision")
    .description("Configurations that were accepted: list, show, compare, go back.");
  const parent = revision as unknown as Command;
  registerList(parent);
  registerShow(parent);
  registerDiff(parent);
  registerRollback(parent);
  revision.addHelpText("after", EXAMPLES);
}

function registerList(revision: Command): void {
  revision.command("list")
    .description("Revisions, the newest first.")
    .option("--limit <count>", "at most so many", "20")
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (options) => {
      const limit = wholeNumber("--limit", options.limit, 1, 100_000);
      using client = connect(options);
      const { list: revisions, more } = await collect(limit, async (page) => {
        const { revisions: list, cursor } = await client.revisions(page);
        return { list, cursor };
      });
      if (options.json) return printJson(revisions);
      const { revision: running } = await client.status();
      print(table(COLUMNS, revisions.map((one) => row(one, running))));
      if (more) say(`there are older ones; --limit ${limit * 10} shows more of them`);
    });
}

function registerShow(revision: Command): void {
  revision.command("show")
    .description("The configuration of a revision, as YAML.")
    .argument(...NUMBER)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (number, options) => {
      using client = connect(options);
      const wanted = readNumber(number);
      if (options.json) return printJson(await client.revision(wanted));
      print((await client.revisionText(wanted)).trimEnd());
    });
}

function registerDiff(revision: Command): void {
  revision.command("diff")
    .description("What changed from one revision to another, or to what runs.")
    .argument(...NUMBER)
    .argument("[to]", "another revision's number; what runs unless given")
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (from, to, options) => {
      using client = connect(options);
      const diff = await client.revisionDiff(
        readNumber(from),
        to === undefined ? undefined : readNumber(to),
      );
      if (options.json) return printJson(diff);
      if (diff.changes.length === 0) return print(`${diff.from} and ${diff.to} are the same`);
      print(diff.changes.map(({ path, from, to }) => lineOf(path, from, to)).join("\n"));
    });
}

function registerRollback(revision: Command): void {
  revision.command("rollback")
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
}

const NUMBER = ["<revision>", "its number"] as const;

function readNumber(text: string): number {
  return wholeNumber("revision", text, 0, 999_999_999_999_999);
}

const COLUMNS = [right("REVISION"), "CREATED", "CHANGE", ""];

function row({ number, created, comment }: RevisionHead, running: number): (string | number)[] {
  const when = created.slice(0, 19).replace("T", " ");
  return [number, when, comment, number === running ? "runs" : ""];
}

/** `+` is new, `-` is gone, `~` is another. */
function lineOf(path: string, from: unknown, to: unknown): string {
  if (from === null) return `+ ${path}: ${JSON.stringify(to)}`;
  if (to === null) return `- ${path}: ${JSON.stringify(from)}`;
  return `~ ${path}: ${JSON.stringify(from)} -> ${JSON.stringify(to)}`;
}

const EXAMPLES = `
Examples:
  guideway revision list
  guideway revision diff 11
  guideway revision diff 8 11
  guideway revision rollback 8 --dry-run
  guideway revision show 8 > before.yaml`;
