import type { FlowView } from "../change.ts";
import type { Client } from "../client.ts";
import type { Command } from "./mod.ts";
import { connect, JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { print, printJson, right, say, table } from "./output.ts";
import { readVip, wholeNumber } from "./vip_words.ts";

/** Flows of one request. */
const PAGE = 1000;

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
      const { flows, more } = await collect(client, limit, {
        ...(options.vip === undefined ? {} : { vip: readVip(options.vip) }),
        ...(options.server === undefined ? {} : { server: options.server }),
      });
      if (options.json) printJson(flows);
      else print(table(COLUMNS, flows.map(row)));
      if (more) say(`there are more flows; --limit ${limit * 10} shows more of them`);
    });
}

async function collect(
  client: Client,
  limit: number,
  query: { vip?: string; server?: string },
): Promise<{ flows: FlowView[]; more: boolean }> {
  const flows: FlowView[] = [];
  let cursor: string | null = "0";
  while (cursor !== null && flows.length < limit) {
    const page = await client.flows({
      ...query,
      cursor,
      limit: Math.min(PAGE, limit - flows.length),
    });
    flows.push(...page.flows);
    cursor = page.cursor;
  }
  return { flows, more: cursor !== null };
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
