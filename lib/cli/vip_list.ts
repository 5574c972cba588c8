/**
 * `guideway vip list` and `vip show`: VIPs as they run.
 *
 * @module
 */
import type { VipStatus } from "../status.ts";
import { vipDetails } from "../vip_details.ts";
import type { Command } from "./mod.ts";
import { JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { addExamples } from "./examples.ts";
import type { Look } from "./looks.ts";
import { right, table } from "./output.ts";
import { collect, moreNotes } from "./pages.ts";
import { rateOf, shortRate } from "./rates.ts";
import { serversOf, serverTable } from "./server_list.ts";
import { NARROWING, onlyVip, PREFIX, wholeNumber } from "./vip_words.ts";
import { COUNT_OPTION, read, WATCH_OPTION } from "./watch.ts";

/** All VIPs, or those that are looked for. */
export function registerList(vip: Command): void {
  const list = vip.command("list")
    .description("VIPs as they run.")
    .option("--search <text>", "only those whose name, or a server's address, holds it")
    .option("--limit <count>", "at most so many", "100000")
    .option(...WATCH_OPTION)
    .option(...COUNT_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (options) => {
      const limit = wholeNumber("--limit", options.limit, 1, 10_000_000);
      const query = options.search === undefined ? {} : { search: options.search };
      await read(options, {
        ask: (client) =>
          collect(limit, async (page) => {
            const { vips: list, cursor } = await client.vips({ ...query, ...page });
            return { list, cursor };
          }),
        text: (now, before) =>
          describe(
            { at: now.at, value: now.value.list },
            before && { at: before.at, value: before.value.list },
          ),
        json: ({ list, cursor }) => ({ vips: list, cursor }),
        notes: ({ cursor }) => moreNotes(cursor, limit, "more VIPs"),
      });
    });
  addExamples(list, [
    "vip list",
    "vip list --search 10.0.0.1",
    "vip list --watch",
    "vip list --json",
  ]);
}

/** One VIP with its servers. */
export function registerShow(vip: Command): void {
  const show = vip.command("show")
    .description("A VIP as it runs: its fields, its counters, its servers.")
    .argument(...PREFIX)
    .argument(...NARROWING)
    .option(...WATCH_OPTION)
    .option(...COUNT_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (prefix, narrowing, options) => {
      const name = onlyVip(prefix, narrowing);
      await read(options, { ask: (client) => client.vip(name), text: describeOne });
    });
  addExamples(show, ["vip show 90.0.0.0/8", "vip show 2002::/16 tcp/80 --watch"]);
}

const COLUMNS = ["VIP", "ENCAP", ...["NEW_LEN", "SERVERS", "FLOWS", "PACKETS"].map(right)];
const RATES = [right("PACKETS/S"), right("BYTES/S")];

/** While watched, with what is forwarded each second. */
function describe(now: Look<VipStatus[]>, before: Look<VipStatus[]> | null): string {
  const past = new Map(before?.value.map((vip) => [vip.name, vip]));
  const rates = before === null ? [] : RATES;
  return table(
    [...COLUMNS, ...rates, "DETAILS"],
    now.value.map((vip) => {
      const { name, encap, new_len, flows, servers, counters } = vip;
      const serving = servers.filter(({ state }) => state !== "removed").length;
      const numbers = [new_len, serving, flows, counters.packets ?? 0];
      const moved = before === null ? [] : ratesOf(now.at, vip, before.at, past.get(name));
      return [name, encap, ...numbers, ...moved, vipDetails(vip).join(", ")];
    }),
  );
}

function ratesOf(at: number, vip: VipStatus, then: number, old: VipStatus | undefined): string[] {
  const before = old && { counters: old.counters, at: then };
  return ["packets", "bytes"].map((name) =>
    shortRate(rateOf({ counters: vip.counters, at }, before, name))
  );
}

function describeOne(now: Look<VipStatus>, before: Look<VipStatus> | null): string {
  const vip = now.value;
  const facts: [string, string | number][] = [
    ["vip", vip.name],
    ["encap", vip.encap],
    ["new_len", vip.new_len],
    ["flows", vip.flows],
    ["details", vipDetails(vip).join(", ") || "-"],
  ];
  const rates = before && { counters: before.value.counters, at: before.at };
  const counters = Object.entries(vip.counters).map(([name, value]) => [
    name,
    value,
    shortRate(rateOf({ counters: vip.counters, at: now.at }, rates, name)),
  ]);
  return [
    facts.map(([name, value]) => `${name.padEnd(7)}  ${value}`).join("\n"),
    serverTable(serversOf(now), before && serversOf(before)),
    table(["COUNTER", right("VALUE"), right("PER SECOND")], counters),
  ].join("\n\n");
}
