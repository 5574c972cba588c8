import type { VipStatus } from "../change.ts";
import type { Command } from "./mod.ts";
import { connect, DRY_RUN_OPTION, JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { print, printJson, right, table } from "./output.ts";
import { printApplied } from "./plan.ts";
import { onlyVip, wholeNumber } from "./vip_words.ts";
import { parseVipName } from "../vip_name.ts";

/** `guideway vip list|add|remove`. */
export function register(program: Command): void {
  const vip = program.command("vip").description("List, add and remove VIPs.");
  registerList(vip as unknown as Command);
  registerAdd(vip as unknown as Command);
  registerRemove(vip as unknown as Command);
  vip.addHelpText("after", EXAMPLES);
}

function registerList(vip: Command): void {
  vip.command("list")
    .description("All VIPs as they run.")
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (options) => {
      using client = connect(options);
      const { vips } = await client.vips();
      if (options.json) return printJson(vips);
      print(table(
        ["VIP", "ENCAP", right("NEW_LEN"), right("SERVERS"), right("FLOWS"), right("PACKETS")],
        vips.map(row),
      ));
    });
}

function registerAdd(vip: Command): void {
  vip.command("add")
    .description("Add a VIP without servers.")
    .argument("<prefix>", "such as 90.0.0.0/8 or 2001:db8::/32")
    .argument("[proto/port]", "only this protocol and port, such as tcp/80")
    .option("--encap <encap>", "gre4 or gre6", "gre4")
    .option("--new-len <slots>", "slots of the new-connection table, a power of two")
    .option(...DRY_RUN_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (prefix, narrowing, options) => {
      const name = parseVipName(onlyVip(narrowing === undefined ? [prefix] : [prefix, narrowing]));
      const newLength = options.newLen === undefined
        ? {}
        : { new_len: wholeNumber("--new-len", options.newLen, 1, 2 ** 32) };
      using client = connect(options);
      const applied = await client.addVip({
        prefix: name.prefix.text,
        ...(name.protocol === null ? {} : { protocol: name.protocol, port: name.port }),
        encap: options.encap,
        ...newLength,
        servers: [],
      }, { dryRun: options.dryRun ?? false });
      printApplied(applied, options.json);
    });
}

function registerRemove(vip: Command): void {
  vip.command("remove")
    .description("Remove a VIP; its flows go on until they end.")
    .argument("<prefix>")
    .argument("[proto/port]")
    .option("--flush", "forget its flows at once")
    .option(...DRY_RUN_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (prefix, narrowing, options) => {
      const name = onlyVip(narrowing === undefined ? [prefix] : [prefix, narrowing]);
      using client = connect(options);
      const { flush = false, dryRun = false } = options;
      printApplied(await client.removeVip(name, { flush, dryRun }), options.json);
    });
}

function row(vip: VipStatus): (string | number)[] {
  const flows = vip.servers.reduce((sum, server) => sum + (server.counters.flows ?? 0), 0);
  const serving = vip.servers.filter((server) => server.state !== "removed").length;
  return [vip.name, vip.encap, vip.new_len, serving, flows, vip.counters.packets ?? 0];
}

const EXAMPLES = `
Examples:
  guideway vip add 90.0.0.0/8 --encap gre4 --new-len 65536
  guideway vip add 2001:db8::/32 tcp/80 --encap gre6
  guideway vip remove 90.0.0.0/8 tcp/80`;
