import type { NeighbourView } from "../question.ts";
import type { Command } from "./mod.ts";
import { JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { addExamples } from "./examples.ts";
import { right, table } from "./output.ts";
import { COUNT_OPTION, read, WATCH_OPTION } from "./watch.ts";

/** `guideway neighbours`: where packets leave. */
export function register(program: Command): void {
  const neighbours = program.command("neighbours")
    .description("Where packets leave: to each server, and back to clients; why one is not known.")
    .option(...WATCH_OPTION)
    .option(...COUNT_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action((options) =>
      read(options, {
        ask: (client) => client.neighbours(),
        text: ({ value }) => table(COLUMNS, value.neighbours.map(row)),
      })
    );
  addExamples(neighbours, ["neighbours", "neighbours --watch", "neighbours --json"]);
}

const COLUMNS = ["ADDRESS", "FOR", "INTERFACE", "MAC", "STATION", right("MTU"), "REASON"];

function row(one: NeighbourView): (string | number)[] {
  const { address, interface: port, mac, station, mtu, reason } = one;
  return [address, one.for, port ?? "-", mac ?? "-", station ?? "-", mtu ?? "-", reason ?? ""];
}
