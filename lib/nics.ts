/**
 * Network cards on the PCI bus: which driver has each, and who needs it.
 *
 * @module
 */
import type { Machine } from "./machine.ts";
import { usersOf } from "./nics/users.ts";

/** A card, or one port of one. */
export interface Nic {
  /** `0000:01:00.0` */
  address: string;
  /** `8086:1572` */
  id: string;
  /** Null: none has it. */
  driver: string | null;
  /** What the kernel calls its interfaces; none where the kernel does not drive it. */
  names: string[];
  /** Null: the machine has one node, or does not tell. */
  numa_node: number | null;
  iommu_group: number | null;
  link: "up" | "down" | null;
  /** Null: not known. */
  mbps: number | null;
  /** Who loses what when the kernel lets it go: `SSH session`, `default route`, `guideway net0`. */
  used_by: string[];
}

/** Where cards are. */
export const DEVICES = "/sys/bus/pci/devices";

/** Network controllers, of whatever kind. */
const CLASS = /^0x02/;

/**
 * All cards, by address.
 *
 * @param guideway Devices of a running Guideway's interfaces, by their names.
 */
export async function listNics(
  machine: Machine,
  ssh: string | null,
  guideway: Record<string, string> = {},
): Promise<Nic[]> {
  const users = await usersOf(machine, ssh);
  return machine.list(DEVICES)
    .filter((address) => CLASS.test(machine.read(`${DEVICES}/${address}/class`) ?? ""))
    .map((address) => {
      const nic = readNic(machine, address);
      const own = Object.entries(guideway).filter(([, device]) =>
        device === `pci:${address}` || nic.names.includes(device.replace(/^[a-z_]+:/, ""))
      ).map(([name]) => `guideway ${name}`);
      const kernel = nic.names.flatMap((name) => users.get(name) ?? []);
      return { ...nic, used_by: [...new Set([...kernel, ...own])] };
    });
}

/** The card at that address, without its users. */
export function readNic(machine: Machine, address: string): Nic {
  const at = `${DEVICES}/${address}`;
  const hex = (file: string) => (machine.read(`${at}/${file}`) ?? "").replace(/^0x/, "");
  const names = interfacesOf(machine, address);
  const node = machine.number(`${at}/numa_node`);
  const group = machine.link(`${at}/iommu_group`);
  return {
    address,
    id: `${hex("vendor")}:${hex("device")}`,
    driver: machine.link(`${at}/driver`),
    names,
    numa_node: node === null || node < 0 ? null : node,
    iommu_group: group === null ? null : Number(group),
    ...linkOf(machine, names[0]),
    used_by: [],
  };
}

function interfacesOf(machine: Machine, address: string): string[] {
  const at = `${DEVICES}/${address}`;
  const virtio = machine.list(at).filter((name) => /^virtio\d+$/.test(name));
  return [at, ...virtio.map((name) => `${at}/${name}`)].flatMap((one) =>
    machine.list(`${one}/net`)
  );
}

function linkOf(machine: Machine, name: string | undefined): Pick<Nic, "link" | "mbps"> {
  if (name === undefined) return { link: null, mbps: null };
  const at = `/sys/class/net/${name}`;
  const speed = machine.number(`${at}/speed`);
  return {
    link: machine.read(`${at}/operstate`) === "up" ? "up" : "down",
    mbps: speed !== null && speed > 0 ? speed : null,
  };
}
