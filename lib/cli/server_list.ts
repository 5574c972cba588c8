/**
 * `guideway server list`: servers as they run.
 *
 * @module
 */
import type { ServerStatus, VipStatus } from "../status.ts";
import type { Command } from "./mod.ts";
import { JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { usageError } from "./exit.ts";
import { addExamples } from "./examples.ts";
import type { Look } from "./looks.ts";
import { right, table } from "./output.ts";
import { collect, type Collected, moreNotes } from "./pages.ts";
import { rateOf, shortRate } from "./rates.ts";
import { onlyVip, wholeNumber } from "./vip_words.ts";
import { COUNT_OPTION, read, WATCH_OPTION } from "./watch.ts";
import type { Client } from "../client.ts";

/** A server with its VIP. */
export type ServerRow = ServerStatus & { vip: string };

/** Servers of all VIPs, of one, or those that are looked for. */
export function registerList(server: Command): void {
  const list = server.command("list")
    .description("The servers of a VIP, or of all.")
    .argument("[vip...]", "PREFIX [PROTO/PORT]")
    .option("--search <text>", "only those whose address, or VIP's name, holds it")
    .option("--state <state>", `only those that are ${STATES.join(", ")}`)
    .option("--limit <count>", "at most so many", "100000")
    .option(...WATCH_OPTION)
    .option(...COUNT_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (words, options) => {
      const limit = wholeNumber("--limit", options.limit, 1, 10_000_000);
      const state = readState(options.state);
      const wanted = {
        vip: words.length === 0 ? null : onlyVip(...words),
        limit,
        query: {
          ...(options.search === undefined ? {} : { search: options.search }),
          ...(state === undefined ? {} : { state }),
        },
      };
      await read(options, {
        ask: (client) => ask(client, wanted),
        text: (now, before) =>
          serverTable(
            { at: now.at, value: now.value.list },
            before && { at: before.at, value: before.value.list },
            Object.keys(wanted.query).length === 0 && now.value.cursor === null,
          ),
        json: ({ list, cursor }) => ({ servers: list, cursor }),
        notes: ({ cursor }) => moreNotes(cursor, limit, "more servers"),
      });
    });
  addExamples(list, [
    "server list",
    "server list 90.0.0.0/8 --watch",
    "server list --search 10.0.0. --state draining",
  ]);
}

const STATES = ["active", "draining", "removed"] as const;

function readState(text: string | undefined): ServerStatus["state"] | undefined {
  const state = STATES.find((one) => one === text);
  if (state !== undefined || text === undefined) return state;
  throw usageError(`--state is one of ${STATES.join(", ")}, not ${JSON.stringify(text)}`);
}

interface Wanted {
  vip: string | null;
  limit: number;
  query: { search?: string; state?: ServerStatus["state"] };
}

async function ask(
  client: Client,
  { vip, limit, query }: Wanted,
): Promise<Collected<ServerRow>> {
  if (vip === null) {
    return await collect(limit, async (page) => {
      const { servers: list, cursor } = await client.servers({ ...query, ...page });
      return { list, cursor };
    });
  }
  const { search = "", state } = query;
  const { servers } = await client.vip(vip);
  const list = servers.filter((server) =>
    server.address.includes(search.toLowerCase()) && (state ?? server.state) === server.state
  ).slice(0, limit).map((server) => ({ vip, ...server }));
  return { list, cursor: null };
}

/** The servers of a VIP that was looked at. */
export function serversOf({ at, value }: Look<VipStatus>): Look<ServerRow[]> {
  return { at, value: value.servers.map((server) => ({ vip: value.name, ...server })) };
}

const COLUMNS = [
  "VIP",
  "SERVER",
  "STATE",
  "HEALTH",
  ...["WEIGHT", "SLOTS"].map(right),
];
const RATES = [right("PACKETS/S"), right("BYTES/S")];

/**
 * While watched, with what is forwarded each second.
 *
 * @param whole All servers of each VIP are there, so that shares can be told.
 */
export function serverTable(
  now: Look<ServerRow[]>,
  before: Look<ServerRow[]> | null,
  whole = true,
): string {
  const share = whole ? shares(now.value) : null;
  const past = new Map(before?.value.map((one) => [nameOf(one), one.counters]));
  return table(
    [
      ...COLUMNS,
      ...[...share === null ? [] : ["SHARE"], "FLOWS", "PACKETS"].map(right),
      ...before === null ? [] : RATES,
      "NEXT HOP",
    ],
    now.value.map((server) => {
      const { vip, address, state, health, weight, slots, counters } = server;
      const { flows = 0, packets = 0 } = counters;
      const old = past.get(nameOf(server));
      const then = old === undefined || before === null ? null : { counters: old, at: before.at };
      const moved = before === null
        ? []
        : ["packets", "bytes"].map((name) =>
          shortRate(rateOf({ counters, at: now.at }, then, name))
        );
      const numbers = [weight, slots, ...share === null ? [] : [share(server)], flows, packets];
      return [vip, address, state, healthOf(health), ...numbers, ...moved, way(server)];
    }),
  );
}

/** The part of its VIP's slots that a server has. */
function shares(servers: ServerRow[]): (server: ServerRow) => string {
  const totals = new Map<string, number>();
  for (const { vip, slots } of servers) totals.set(vip, (totals.get(vip) ?? 0) + slots);
  return ({ vip, slots }) => {
    const total = totals.get(vip) ?? 0;
    return total === 0 ? "-" : `${(100 * slots / total).toFixed(1)} %`;
  };
}

function healthOf({ state }: ServerStatus["health"]): string {
  return state === "unchecked" ? "-" : state;
}

function nameOf({ vip, address }: ServerRow): string {
  return `${vip} ${address}`;
}

function way({ next_hop, reason }: ServerStatus): string {
  if (next_hop === null) return reason ?? "not known";
  return `${next_hop.mac} on ${next_hop.interface}`;
}
