import type { AuditView } from "../question.ts";
import type { Command } from "./mod.ts";
import { JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { addExamples } from "./examples.ts";
import { table } from "./output.ts";
import { collect, moreNotes } from "./pages.ts";
import { wholeNumber } from "./vip_words.ts";
import { COUNT_OPTION, read, WATCH_OPTION } from "./watch.ts";

/** `guideway audit`: who changed what, when, from where. */
export function register(program: Command): void {
  const audit = program.command("audit")
    .description("Who changed what, when, from where, also what was refused; the newest first.")
    .option("--search <text>", "entries that hold this text")
    .option("--limit <count>", "at most so many", "20")
    .option(...WATCH_OPTION)
    .option(...COUNT_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (options) => {
      const limit = wholeNumber("--limit", options.limit, 1, 100_000);
      const search = options.search === undefined ? {} : { search: options.search };
      await read(options, {
        ask: (client) =>
          collect(limit, async (page) => {
            const { entries: list, cursor } = await client.audit({ ...page, ...search });
            return { list, cursor };
          }),
        text: ({ value: { list } }) => table(["WHEN", "WHO", "FROM", "WHAT"], list.map(row)),
        json: ({ list, cursor }) => ({ entries: list, cursor }),
        notes: ({ cursor }) => moreNotes(cursor, limit, "older ones"),
      });
    });
  addExamples(audit, ["audit", "audit --search 10.0.0.1", "audit --search denied --limit 100"]);
}

function row(entry: AuditView): string[] {
  const { at, who, origin, request, what, outcome, reason } = entry;
  const words = what === "" ? request : what;
  const end = outcome === "done" ? words : `${words} (${outcome}: ${reason})`;
  return [at.slice(0, 19).replace("T", " "), who, origin, end];
}
