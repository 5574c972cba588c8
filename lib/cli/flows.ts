import type { FlowView } from "../question.ts";
import type { Command } from "./mod.ts";
import { connect, JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { print, printJson, right, say, table } from "./output.ts";
import { collect } from "./pages.ts";
import { readVip, wholeNumber } from "./vip_words.ts";

/** `guideway flows`: remembered flows. */
export function register(program: Command): void {
  program.command("flows")
    .description("Flows that the workers remember.")
    .option("--vip <vip>", 'only of this VIP, such as 90.0.0.0/8 or "90.0.0.0/8 tcp/80"')
    .option("--server <address>", "only of this server")
    .option("--limit <count>", "at most so many", "1000")
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (options) => {
      const limit = wholeNumber("--limit", options.limit, 1, 100_000_000);
      using client = connect(options);
      const query = {
        ...(options.vip === undefined ? {} : { vip: readVip(options.vip) }),
        ...(options.server === undefined ? {} : { server: options.server }),
      };
      const { list: flows, more } = await collect(limit, async (page) => {
        const { flows: list, cursor } = await client.flows({ ...query, ...page });
        return { list, cursor };
      });
      if (options.json) printJson(flows);
      else print(table(COLUMNS, flows.map(row)));
      if (more) say(`there are more flows; --limit ${limit * 10} shows more of them`);
    });
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
