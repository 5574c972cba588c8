import type { InterfaceStatus } from "../status.ts";
import type { Command } from "./mod.ts";
import { connect, DRY_RUN_OPTION, JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { addExamples } from "./examples.ts";
import { usageError } from "./exit.ts";
import { interfaceTable } from "./interface_table.ts";
import { table } from "./output.ts";
import { printApplied } from "./plan.ts";
import { COUNT_OPTION, read, WATCH_OPTION } from "./watch.ts";

/** `guideway interface list|devices|add|set|remove`. */
export function register(program: Command): void {
  const verb = program.command("interface")
    .description("Interfaces: ports that packets come and leave by.");
  const parent = verb as unknown as Command;
  registerList(parent);
  registerDevices(parent);
  registerAdd(parent);
  registerSet(parent);
  registerRemove(parent);
  addExamples(verb, [
    "interface list",
    "interface add net1 null",
    "interface remove net0 --dry-run",
  ]);
}

function registerList(verb: Command): void {
  const list = verb.command("list")
    .description("Interfaces as they run.")
    .option(...WATCH_OPTION)
    .option(...COUNT_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action((options) =>
      read<{ interfaces: InterfaceStatus[] }>(options, {
        ask: (client) => client.interfaces(),
        text: interfaceTable,
      })
    );
  addExamples(list, ["interface list", "interface list --watch", "interface list --json"]);
}

function registerDevices(verb: Command): void {
  const devices = verb.command("devices")
    .description("What an interface can be opened on: links, and cards that the kernel let go.")
    .option(...WATCH_OPTION)
    .option(...COUNT_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action((options) =>
      read(options, {
        ask: (client) => client.devices(),
        text: ({ value }) =>
          table(
            ["DEVICE", "LINK", "MAC", "INTERFACE"],
            value.devices.map((one) => [
              one.device,
              one.link ?? "-",
              one.mac ?? "-",
              one.interface ?? "-",
            ]),
          ),
      })
    );
  addExamples(devices, ["interface devices"]);
}

/** What `add` and `set` know besides the name. */
interface FieldOptions {
  device?: string;
  nextHop?: string;
  snat?: string;
}

const NEXT_HOP = [
  "--next-hop <mac>",
  "send everything there, in place of what the kernel knows",
] as const;
const SNAT = [
  "--snat <encaps>",
  "answers of such servers leave from their VIP: nat4, nat6",
] as const;

function registerAdd(verb: Command): void {
  const add = verb.command("add")
    .description("Open a device as an interface; the one of that name is replaced.")
    .argument("<name>", "what it is called here")
    .argument("<device>", "af_packet:LINK, af_xdp:LINK, tap:NAME, memif:PATH, pci:ADDRESS or null")
    .option(...NEXT_HOP)
    .option(...SNAT)
    .option(...DRY_RUN_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (name, device, options) => {
      const value = readFields({ ...options, device });
      using client = connect(options);
      const { dryRun = false, json } = options;
      printApplied(await client.putInterface(name, value, { dryRun }), json);
    });
  addExamples(add, [
    "interface add net1 null",
    "interface add net1 null --snat nat4,nat6 --dry-run",
  ]);
}

function registerSet(verb: Command): void {
  const set = verb.command("set")
    .description("Change fields of an interface. none takes one away, so that its default counts.")
    .argument("<name>")
    .option("--device <device>", "open another one in its place")
    .option(...NEXT_HOP)
    .option(...SNAT)
    .option(...DRY_RUN_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (name, options) => {
      const fields = readFields(options);
      if (Object.keys(fields).length === 0) {
        throw usageError("nothing to set; --help tells what can be");
      }
      using client = connect(options);
      const { dryRun = false, json } = options;
      printApplied(await client.updateInterface(name, fields, { dryRun }), json);
    });
  addExamples(set, [
    "interface set net0 --snat nat4",
    "interface set net0 --next-hop 02:00:00:00:00:02 --dry-run",
  ]);
}

function registerRemove(verb: Command): void {
  const remove = verb.command("remove")
    .description("Close an interface: its packets are left to the kernel, where it has them.")
    .argument("<name>")
    .option(...DRY_RUN_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (name, options) => {
      using client = connect(options);
      const { dryRun = false, json } = options;
      printApplied(await client.removeInterface(name, { dryRun }), json);
    });
  addExamples(remove, ["interface remove net0 --dry-run"]);
}

/** The given options as fields; the program judges what words mean. */
function readFields({ device, nextHop, snat }: FieldOptions): Record<string, unknown> {
  return {
    ...device === undefined ? {} : { device },
    ...nextHop === undefined ? {} : { next_hop: nextHop === "none" ? null : { mac: nextHop } },
    ...snat === undefined
      ? {}
      : { snat: snat === "none" ? null : snat.split(",").map((one) => one.trim()) },
  };
}
