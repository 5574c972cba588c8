import { parseDevice } from "../config/device.ts";
import { connectTo } from "../connect.ts";
import { Machine } from "../machine.ts";
import { bind, unbind, VFIO } from "../nics/bind.ts";
import { sshConnection } from "../nics/users.ts";
import { listNics, type Nic } from "../nics.ts";
import { defaultSocket } from "../paths.ts";
import { JSON_OPTION } from "./client.ts";
import { addExamples } from "./examples.ts";
import { CommandError, usageError } from "./exit.ts";
import type { Command } from "./mod.ts";
import { print, printJson, right, say, table } from "./output.ts";

/** For every command that looks at a machine. */
export const SYS_ROOT_OPTION = [
  "--sys-root <dir>",
  "look at a copy of a machine's files in place of this machine",
] as const;
const FORCE = ["--force", "also the card of the SSH session or the default route"] as const;

/** `guideway nic`: network cards, and which driver has them. */
export function register(program: Command): void {
  const nic = program.command("nic")
    .description("Show network cards, and hand them to vfio-pci and back.");
  const list = nic.command("list")
    .description("Network cards: address, driver, the kernel's name, and who needs each.")
    .option(...SYS_ROOT_OPTION)
    .option(...JSON_OPTION)
    .action(async (options) => {
      const nics = await look(new Machine(options.sysRoot));
      if (options.json) return printJson({ nics });
      print(table(COLUMNS, nics.map(row)));
      if (nics.length === 0) say("there is no network card on a PCI bus here");
    });
  addExamples(list, ["nic list", "nic list --json"]);
  const handOver = nic.command("bind <address>")
    .description(`Hand a card to ${VFIO}, so that "device: pci:ADDRESS" can drive it.`)
    .option(...FORCE)
    .option(...SYS_ROOT_OPTION)
    .action((address, options) => carryOut(address, options, bind));
  addExamples(handOver, ["nic bind 0000:01:00.0"]);
  const back = nic.command("unbind <address>")
    .description("Give a card back to the kernel's own driver.")
    .option(...FORCE)
    .option(...SYS_ROOT_OPTION)
    .action((address, options) => carryOut(address, options, unbind));
  addExamples(back, ["nic unbind 0000:01:00.0"]);
  addExamples(nic, ["nic list"]);
}

const COLUMNS = [
  ...["ADDRESS", "ID", "DRIVER", "NAME", right("NUMA"), right("IOMMU"), "LINK", "USED BY"],
];

function row({ address, id, driver, names, link, mbps, ...nic }: Nic): (string | number)[] {
  const speed = mbps === null ? "" : ` ${mbps} Mbit/s`;
  return [
    ...[address, id, driver ?? "-", names.join(" ") || "-", nic.numa_node ?? "-"],
    ...[nic.iommu_group ?? "-", link === null ? "-" : link + speed, nic.used_by.join(", ") || "-"],
  ];
}

async function look(machine: Machine): Promise<Nic[]> {
  const guideway = machine.here ? await devicesInUse() : {};
  return await listNics(machine, sshConnection(machine), guideway);
}

/** Of a Guideway that runs here, by name; none where none answers. */
async function devicesInUse(): Promise<Record<string, string>> {
  using client = connectTo({ socket: defaultSocket() });
  try {
    const { interfaces } = await client.status();
    return Object.fromEntries(interfaces.map(({ name, device }) => [name, device]));
  } catch {
    return {};
  }
}

async function carryOut(
  address: string,
  options: { force?: true; sysRoot?: string },
  act: (machine: Machine, nic: Nic) => Promise<Nic>,
): Promise<void> {
  const machine = new Machine(options.sysRoot);
  const canonical = readAddress(address);
  const nic = (await look(machine)).find((one) => one.address === canonical);
  if (nic === undefined) {
    throw new CommandError(`there is no network card ${canonical}: guideway nic list shows them`);
  }
  if (nic.used_by.length > 0 && !options.force) {
    const names = nic.names.length === 0 ? "" : ` (${nic.names.join(", ")})`;
    throw new CommandError(
      `${canonical}${names} carries: ${nic.used_by.join(", ")}; --force does it all the same`,
    );
  }
  const after = await act(machine, nic);
  if (after.driver === nic.driver) return say(`${canonical} is bound to ${after.driver} already`);
  const names = after.names.length === 0 ? "" : `, and called ${after.names.join(", ")}`;
  say(`${canonical} was bound to ${nic.driver ?? "no driver"}; now to ${after.driver}${names}`);
  if (after.driver === VFIO) {
    say(
      `use it as "device: pci:${canonical}"; when the machine starts anew, it is the kernel's again`,
    );
  }
}

function readAddress(text: string): string {
  try {
    return parseDevice(`pci:${text}`).target;
  } catch (error) {
    throw usageError((error as Error).message);
  }
}
