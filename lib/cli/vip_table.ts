/**
 * `guideway vip table`: who has how much of a VIP's new-connection table, drawn as a strip.
 *
 * @module
 */
import type { TableView } from "../question.ts";
import type { Command } from "./mod.ts";
import { JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { type Fill, fillFor } from "./colour.ts";
import { addExamples } from "./examples.ts";
import { right, table } from "./output.ts";
import { NARROWING, onlyVip, PREFIX } from "./vip_words.ts";
import { COUNT_OPTION, read, WATCH_OPTION } from "./watch.ts";

/** Cells of the strip. */
const CELLS = 72;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** Hangs it on `guideway vip`. */
export function registerTable(vip: Command): void {
  const table = vip.command("table")
    .description(
      "A VIP's new-connection table: the share that each server's weight wants, and got.",
    )
    .argument(...PREFIX)
    .argument(...NARROWING)
    .option(...WATCH_OPTION)
    .option(...COUNT_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (prefix, narrowing, options) => {
      const name = onlyVip(prefix, narrowing);
      const fill = fillFor();
      await read(options, {
        ask: (client) => client.table(name),
        text: ({ value }) => describe(value, fill),
      });
    });
  addExamples(table, ["vip table 90.0.0.0/8", "vip table 2002::/16 tcp/80 --watch"]);
}

function describe(view: TableView, fill: Fill): string {
  if (view.slots === 0) return `${view.vip}  no server has a weight: the table is empty`;
  const cells = shareOut(view.servers.map(({ got }) => got), CELLS);
  const strip = cells.map((count, at) => fill(at, letter(at).repeat(count))).join("");
  return `${view.vip}  ${view.slots} slots\n${strip}\n\n${
    table(
      ["", "SERVER", ...["WEIGHT", "SLOTS", "WANTED", "GOT", "DIFFERENCE"].map(right)],
      view.servers.map(({ address, weight, slots, wanted, got }, at) => {
        const difference = wanted === 0 ? "-" : percent(got / wanted - 1, "+");
        const mark = fill(at, letter(at));
        return [mark, address, weight, slots, percent(wanted), percent(got), difference];
      }),
    )
  }`;
}

/** Letters go round, as colours do. */
function letter(at: number): string {
  return LETTERS[at % LETTERS.length]!;
}

function percent(value: number, plus = ""): string {
  return `${value > 0 ? plus : ""}${(100 * value).toFixed(2)} %`;
}

/** Whole cells in proportion, `cells` in all: what is left over goes to the largest remainders. */
export function shareOut(shares: number[], cells: number): number[] {
  const exact = shares.map((share) => share * cells);
  const whole = exact.map(Math.floor);
  const left = cells - whole.reduce((sum, count) => sum + count, 0);
  const order = exact.map((value, at) => ({ at, rest: value - whole[at]! }))
    .sort((a, b) => b.rest - a.rest || a.at - b.at);
  for (const { at } of order.slice(0, Math.max(0, left))) whole[at]! += 1;
  return whole;
}
