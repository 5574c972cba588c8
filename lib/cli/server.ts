import type { Command } from "./mod.ts";
import { connect, DRY_RUN_OPTION, JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { usageError } from "./exit.ts";
import { addExamples } from "./examples.ts";
import { printApplied, printFlushed } from "./plan.ts";
import { registerList } from "./server_list.ts";
import { takeVip, wholeNumber } from "./vip_words.ts";

/** `guideway server list|add|weight|flush|remove`. */
export function register(program: Command): void {
  const server = program.command("server").description(
    "Servers of VIPs: what runs, and small changes.",
  );
  const parent = server as unknown as Command;
  registerList(parent);
  registerAdd(parent);
  registerWeight(parent);
  registerFlush(parent);
  registerRemove(parent);
  addExamples(server, [
    "server list 90.0.0.0/8",
    "server add 90.0.0.0/8 10.0.0.3 10.0.0.4 --weight 50",
    "server weight 90.0.0.0/8 10.0.0.1 0",
  ]);
}

function registerAdd(server: Command): void {
  const add = server.command("add")
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
  addExamples(add, [
    "server add 90.0.0.0/8 10.0.0.3 10.0.0.4 --weight 50",
    "server add 2002::/16 tcp/80 2001:db8:1::2 --dry-run",
  ]);
}

function registerRemove(server: Command): void {
  const remove = server.command("remove")
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
  addExamples(remove, [
    "server remove 90.0.0.0/8 10.0.0.1 --dry-run",
    "server remove 90.0.0.0/8 10.0.0.1 --flush",
  ]);
}

function registerFlush(server: Command): void {
  const flush = server.command("flush")
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
  addExamples(flush, ["server flush 90.0.0.0/8 10.0.0.1"]);
}

/** The VIP and the address that the words are. @throws {CommandError} wrong usage */
function oneServer(words: string[]): { vip: string; address: string } {
  const { vip, rest: [address, ...more] } = takeVip(words);
  if (address === undefined) throw usageError("no server address behind the VIP");
  if (more.length > 0) throw usageError(`too much behind the address: ${more.join(" ")}`);
  return { vip, address };
}

function registerWeight(server: Command): void {
  const weight = server.command("weight")
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
  addExamples(weight, [
    "server weight 90.0.0.0/8 10.0.0.1 50 --dry-run",
    "server weight 2002::/16 tcp/80 2001:db8:1::1 0",
  ]);
}
