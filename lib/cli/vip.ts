import type { VipStatus } from "../status.ts";
import type { Command } from "./mod.ts";
import { connect, DRY_RUN_OPTION, JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { print, printJson, right, table } from "./output.ts";
import { printApplied, printFlushed } from "./plan.ts";
import { addFieldOptions, type FieldOptions, readChanges, readFields } from "./vip_fields.ts";
import { onlyVip } from "./vip_words.ts";
import { vipDetails } from "../vip_details.ts";
import { parseVipName } from "../vip_name.ts";

/** `guideway vip list|add|set|flush|remove`. */
export function register(program: Command): void {
  const vip = program.command("vip").description("List, add, change and remove VIPs.");
  const parent = vip as unknown as Command;
  registerList(parent);
  registerAdd(parent);
  registerSet(parent);
  registerFlush(parent);
  registerRemove(parent);
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
      print(table(COLUMNS, vips.map(row)));
    });
}

function registerAdd(vip: Command): void {
  const add = vip.command("add")
    .description("Add a VIP without servers.")
    .argument(...PREFIX)
    .argument(...NARROWING);
  addFieldOptions(add as unknown as Command);
  add.option(...DRY_RUN_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (prefix, narrowing, options) => {
      const name = parseVipName(onlyVip(prefix, narrowing));
      const fields = readFields(options as FieldOptions, false);
      using client = connect(options);
      const applied = await client.addVip({
        prefix: name.prefix.text,
        ...(name.protocol === null ? {} : { protocol: name.protocol }),
        ...(name.port === null ? {} : { port: name.port }),
        ...fields,
        servers: [],
      }, { dryRun: options.dryRun ?? false });
      printApplied(applied, options.json);
    });
}

function registerSet(vip: Command): void {
  const set = vip.command("set")
    .description(
      "Change fields of a VIP; its flows stay. none takes a field away, so that its default counts.",
    )
    .argument(...PREFIX)
    .argument(...NARROWING);
  addFieldOptions(set as unknown as Command);
  set.option(...DRY_RUN_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (prefix, narrowing, options) => {
      const name = onlyVip(prefix, narrowing);
      const fields = readChanges(options as FieldOptions);
      using client = connect(options);
      const applied = await client.updateVip(name, fields, { dryRun: options.dryRun ?? false });
      printApplied(applied, options.json);
    });
}

function registerFlush(vip: Command): void {
  vip.command("flush")
    .description("Forget all flows of a VIP at once: their next packets go where the table says.")
    .argument(...PREFIX)
    .argument(...NARROWING)
    .option(...DRY_RUN_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (prefix, narrowing, options) => {
      const name = onlyVip(prefix, narrowing);
      using client = connect(options);
      const applied = await client.flushVip(name, { dryRun: options.dryRun ?? false });
      printFlushed(applied, options.json, name);
    });
}

function registerRemove(vip: Command): void {
  vip.command("remove")
    .description("Remove a VIP; its flows go on until they end.")
    .argument(...PREFIX)
    .argument(...NARROWING)
    .option("--flush", "forget its flows at once")
    .option(...DRY_RUN_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (prefix, narrowing, options) => {
      const name = onlyVip(prefix, narrowing);
      using client = connect(options);
      const { flush = false, dryRun = false } = options;
      printApplied(await client.removeVip(name, { flush, dryRun }), options.json);
    });
}

const PREFIX = ["<prefix>", "such as 90.0.0.0/8 or 2001:db8::/32"] as const;
const NARROWING = [
  "[proto/port]",
  "only this port, such as tcp/80; any/80 is TCP and UDP",
] as const;

const COLUMNS = [
  "VIP",
  "ENCAP",
  ...["NEW_LEN", "SERVERS", "FLOWS", "PACKETS"].map(right),
  "DETAILS",
];

function row(vip: VipStatus): (string | number)[] {
  const { name, encap, new_len, flows, servers, counters } = vip;
  const serving = servers.filter(({ state }) => state !== "removed").length;
  const details = vipDetails(vip).join(", ");
  return [name, encap, new_len, serving, flows, counters.packets ?? 0, details];
}

const EXAMPLES = `
Examples:
  guideway vip add 90.0.0.0/8 --encap gre4 --new-len 65536
  guideway vip add 2001:db8::/32 tcp/80 --encap gre6 --df set
  guideway vip add 90.1.2.1/32 any/3306 --encap nat4 --target-port 3307 --node-port 30964
  guideway vip add 100.0.0.0/8 --encap l3dsr --dscp 2
  guideway vip set 100.0.0.0/8 --encap gre4 --dscp none --src-ip-sticky
  guideway vip flush 90.0.0.0/8
  guideway vip remove 90.1.2.1/32 any/3306`;
