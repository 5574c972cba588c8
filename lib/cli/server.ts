import type { ServerStatus, VipStatus } from "../status.ts";
import type { Command } from "./mod.ts";
import { connect, DRY_RUN_OPTION, JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { usageError } from "./exit.ts";
import { print, printJson, right, table } from "./output.ts";
import { printApplied, printFlushed } from "./plan.ts";
import { onlyVip, takeVip, wholeNumber } from "./vip_words.ts";

/** `guideway server list|add|weight|flush|remove`. */
export function register(program: Command): void {
  const server = program.command("server").description("List and change the servers of a VIP.");
  const parent = server as unknown as Command;
  registerList(parent);
  registerAdd(parent);
  registerWeight(parent);
  registerFlush(parent);
  registerRemove(parent);
  server.addHelpText("after", EXAMPLES);
}

function registerList(server: Command): void {
  server.command("list")
    .description("The servers of a VIP, or of all.")
    .argument("[vip...]", "PREFIX [PROTO/PORT]")
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (words, options) => {
      const name = words.length === 0 ? null : onlyVip(...words);
      using client = connect(options);
      const vips = name === null ? (await client.vips()).vips : [await client.vip(name)];
      if (options.json) {
        return printJson(vips.flatMap((vip) => vip.servers.map((s) => ({ vip: vip.name, ...s }))));
      }
      print(table(COLUMNS, vips.flatMap((vip) => vip.servers.map((s) => row(vip, s)))));
    });
}

function registerAdd(server: Command): void {
  server.command("add")
    .description("Add servers to a VIP; new flows go to them at once.")
    .usage("PREFIX [PROTO/PORT] ADDRESS... [options]")
    .argument("<words...>", "the VIP, then one address or several")
    .option("--weight <weight>", "0 to 100; 0 takes no new flows")
    .option(...DRY_RUN_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (words, options) => {
      const { vip, rest } = takeVip(words);
      if (rest.length === 0) throw usageError("no server address behind the VIP");
      const weight = options.weight === undefined
        ? {}
        : { weight: wholeNumber("--weight", options.weight, 0, 100) };
      using client = connect(options);
      const servers = rest.map((address) => ({ address, ...weight }));
      const applied = await client.addServers(vip, servers, { dryRun: options.dryRun ?? false });
      printApplied(applied, options.json);
    });
}

function registerRemove(server: Command): void {
  server.command("remove")
    .description("Remove a server of a VIP; its flows stay with it until they end.")
    .usage("PREFIX [PROTO/PORT] ADDRESS [options]")
    .argument("<words...>", "the VIP, then the address")
    .option("--flush", "forget its flows at once")
    .option(...DRY_RUN_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (words, options) => {
      const { vip, address } = oneServer(words);
      using client = connect(options);
      const { flush = false, dryRun = false } = options;
      printApplied(await client.removeServer(vip, address, { flush, dryRun }), options.json);
    });
}

function registerFlush(server: Command): void {
  server.command("flush")
    .description(
      "Forget the flows of a server at once: their next packets go where the table says.",
    )
    .usage("PREFIX [PROTO/PORT] ADDRESS [options]")
    .argument("<words...>", "the VIP, then the address")
    .option(...DRY_RUN_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (words, options) => {
      const { vip, address } = oneServer(words);
      using client = connect(options);
      const applied = await client.flushServer(vip, address, { dryRun: options.dryRun ?? false });
      printFlushed(applied, options.json, `${vip} ${address}`);
    });
}

/** The VIP and the address that the words are. @throws {CommandError} wrong usage */
function oneServer(words: string[]): { vip: string; address: string } {
  const { vip, rest: [address, ...more] } = takeVip(words);
  if (address === undefined) throw usageError("no server address behind the VIP");
  if (more.length > 0) throw usageError(`too much behind the address: ${more.join(" ")}`);
  return { vip, address };
}

function registerWeight(server: Command): void {
  server.command("weight")
    .description("Set the weight of a server; 0 drains it.")
    .usage("PREFIX [PROTO/PORT] ADDRESS WEIGHT [options]")
    .argument("<words...>", "the VIP, the address, the weight")
    .option(...DRY_RUN_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (words, options) => {
      const { vip, rest: [address, text, ...more] } = takeVip(words);
      if (address === undefined || text === undefined) {
        throw usageError("server weight needs a VIP, an address and a weight");
      }
      if (more.length > 0) throw usageError(`too much behind the weight: ${more.join(" ")}`);
      const weight = wholeNumber("WEIGHT", text, 0, 100);
      using client = connect(options);
      const applied = await client.setWeight(vip, address, weight, {
        dryRun: options.dryRun ?? false,
      });
      printApplied(applied, options.json);
    });
}

const COLUMNS = [
  "VIP",
  "SERVER",
  "STATE",
  ...["WEIGHT", "SLOTS", "SHARE", "FLOWS", "PACKETS"].map(right),
  "NEXT HOP",
];

function row(vip: VipStatus, server: ServerStatus): (string | number)[] {
  const total = vip.servers.reduce((sum, { slots }) => sum + slots, 0);
  const share = total === 0 ? "-" : `${(100 * server.slots / total).toFixed(1)} %`;
  const { flows = 0, packets = 0 } = server.counters;
  const hop = server.next_hop;
  const way = hop === null ? server.reason ?? "not known" : `${hop.mac} on ${hop.interface}`;
  const { address, state, weight, slots } = server;
  return [vip.name, address, state, weight, slots, share, flows, packets, way];
}

const EXAMPLES = `
Examples:
  guideway server add 90.0.0.0/8 10.0.0.1 10.0.0.2 --weight 50
  guideway server weight 90.0.0.0/8 tcp/80 10.0.0.1 0
  guideway server flush 90.0.0.0/8 10.0.0.1
  guideway server remove 90.0.0.0/8 10.0.0.1 --flush`;
