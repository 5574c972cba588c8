import { type HistoryView, SERIES, type Span, SPANS } from "../history.ts";
import type { Command } from "./mod.ts";
import { JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { usageError } from "./exit.ts";
import { addExamples } from "./examples.ts";
import { right, table } from "./output.ts";
import { short } from "./rates.ts";
import { peaks, sparkline } from "./sparkline.ts";
import { COUNT_OPTION, read, WATCH_OPTION } from "./watch.ts";

/** Cells of a line. */
const CELLS = 60;

/** `guideway history`: how it went. */
export function register(program: Command): void {
  const history = program.command("history")
    .description(
      "How it went: packets, bits, flows and drops of the last minutes, or the last day.",
    )
    .option("--span <span>", `how far back: ${SPANS.join(" or ")}`, "5m")
    .option(...WATCH_OPTION)
    .option(...COUNT_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (options) => {
      const span = readSpan(options.span);
      await read(options, {
        ask: (client) => client.history(span),
        text: ({ value }) => describe(value),
      });
    });
  addExamples(history, ["history", "history --span 1d", "history --watch"]);
}

function readSpan(text: string): Span {
  const span = SPANS.find((one) => one === text);
  if (span !== undefined) return span;
  throw usageError(`--span is ${SPANS.join(" or ")}, not ${JSON.stringify(text)}`);
}

/** A line for each series, with its newest and its largest value. */
function describe({ span, series }: HistoryView): string {
  return table(
    ["PER SECOND", right("NOW"), right("MOST"), `THE LAST ${WORDS[span]}`],
    SERIES.map((name) => {
      const values = series[name];
      const known = values.filter((value) => value !== null);
      const most = known.reduce((high, value) => Math.max(high, value), 0);
      const now = values.at(-1) ?? null;
      const line = sparkline(peaks(values, CELLS), CELLS);
      const told = known.length === 0 ? "-" : short(most);
      return [LABELS[name] ?? name, now === null ? "-" : short(now), told, line];
    }),
  );
}

const WORDS: Record<Span, string> = { "5m": "5 MINUTES", "1d": "DAY" };
const LABELS: Record<string, string> = { flows: "flows (at once)" };
