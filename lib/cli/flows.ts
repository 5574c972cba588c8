import type { FlowView } from "../question.ts";
import type { Command } from "./mod.ts";
import { JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { addExamples } from "./examples.ts";
import { right, table } from "./output.ts";
import { collect, moreNotes } from "./pages.ts";
import { readVip, wholeNumber } from "./vip_words.ts";
import { COUNT_OPTION, read, WATCH_OPTION } from "./watch.ts";

/** `guideway flows`: remembered flows. */
export function register(program: Command): void {
  const flows = program.command("flows")
    .description("Flows that the workers remember.")
    .option("--vip <vip>", 'only of this VIP, such as 90.0.0.0/8 or "90.0.0.0/8 tcp/80"')
    .option("--server <address>", "only of this server")
    .option("--client <from>", "only from this address, prefix, or address and port")
    .option("--address <address>", "only of this client or server")
    .option("--worker <number>", "only of this worker")
    .option("--limit <count>", "at most so many", "1000")
    .option(...WATCH_OPTION)
    .option(...COUNT_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (options) => {
      const limit = wholeNumber("--limit", options.limit, 1, 100_000_000);
      const query = {
        ...(options.vip === undefined ? {} : { vip: readVip(options.vip) }),
        ...(options.server === undefined ? {} : { server: options.server }),
        ...(options.client === undefined ? {} : { client: options.client }),
        ...(options.address === undefined ? {} : { address: options.address }),
        ...(options.worker === undefined
          ? {}
          : { worker: wholeNumber("--worker", options.worker, 0, 255) }),
      };
      await read(options, {
        ask: (client) =>
          collect(limit, async (page) => {
            const { flows: list, cursor } = await client.flows({ ...query, ...page });
            return { list, cursor };
          }),
        text: ({ value: { list } }) => table(COLUMNS, list.map(row)),
        json: ({ list, cursor }) => ({ flows: list, cursor }),
        notes: ({ cursor }) => moreNotes(cursor, limit, "more flows"),
      });
    });
  addExamples(flows, [
    "flows",
    "flows --address 203.0.113.7",
    "flows --vip 90.0.0.0/8 --server 10.0.0.1",
    'flows --vip "2002::/16 tcp/80" --limit 20 --watch 2',
  ]);
}

const COLUMNS = [
  "VIP",
  "SERVER",
  "PROTO",
  "SOURCE",
  "DESTINATION",
  ...["WORKER", "AGE", "IDLE"].map(right),
];

function row(flow: FlowView): (string | number)[] {
  const { vip, server, protocol, source, destination, worker } = flow;
  const age = `${flow.age_seconds} s`;
  return [vip, server, protocol, source, destination, worker, age, `${flow.idle_seconds} s`];
}
