import type { Command } from "./mod.ts";
import { connect, DRY_RUN_OPTION, JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { addExamples } from "./examples.ts";
import { printApplied, printFlushed } from "./plan.ts";
import { addFieldOptions, type FieldOptions, readChanges, readFields } from "./vip_fields.ts";
import { registerList, registerShow } from "./vip_list.ts";
import { registerTable } from "./vip_table.ts";
import { NARROWING, onlyVip, PREFIX } from "./vip_words.ts";
import { parseVipName } from "../vip_name.ts";

/** `guideway vip list|show|table|add|set|flush|remove`. */
export function register(program: Command): void {
  const vip = program.command("vip").description("VIPs: what runs, and small changes.");
  const parent = vip as unknown as Command;
  registerList(parent);
  registerShow(parent);
  registerTable(parent);
  registerAdd(parent);
  registerSet(parent);
  registerFlush(parent);
  registerRemove(parent);
  addExamples(vip, [
    "vip list",
    "vip add 91.0.0.0/8 --encap gre4 --new-len 65536",
    "vip table 90.0.0.0/8",
  ]);
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
  addExamples(add, [
    "vip add 91.0.0.0/8 --encap gre4 --new-len 65536",
    "vip add 2001:db8::/32 tcp/80 --encap gre6 --df set",
    "vip add 91.1.2.1/32 any/3306 --encap nat4 --target-port 3307 --node-port 30964 --dry-run",
    "vip add 100.0.0.0/8 --encap l3dsr --dscp 2",
  ]);
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
  addExamples(set, [
    "vip set 90.0.0.0/8 --src-ip-sticky --ttl 32",
    "vip set 90.0.0.0/8 --new-len 8192 --dry-run",
    "vip set 2002::/16 tcp/80 --df none",
  ]);
}

function registerFlush(vip: Command): void {
  const flush = vip.command("flush")
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
  addExamples(flush, ["vip flush 90.0.0.0/8", "vip flush 2002::/16 tcp/80 --dry-run"]);
}

function registerRemove(vip: Command): void {
  const remove = vip.command("remove")
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
  addExamples(remove, ["vip remove 90.0.0.0/8 --dry-run", "vip remove 2002::/16 tcp/80 --flush"]);
}
