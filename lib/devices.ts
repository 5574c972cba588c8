/**
 * What an interface can be opened on: links of the kernel, and cards that the kernel let go.
 *
 * @module
 */
import { Machine } from "./machine.ts";

/** A device as the configuration names it. */
export interface DeviceView {
  /** `af_packet:eth1`, `pci:0000:01:00.0` */
  device: string;
  link: "up" | "down" | null;
  /** Null: not known. */
  mac: string | null;
  /** The interface that has it; null: it is free. */
  interface: string | null;
}

const LINKS = "/sys/class/net";
const CARDS = "/sys/bus/pci/devices";
/** Drivers through which a program has a card to itself. */
const PASSING = ["vfio-pci", "uio_pci_generic", "igb_uio"];

/** @param taken Devices of interfaces, by their names. */
export function listDevices(
  taken: Readonly<Record<string, string>>,
  machine: Machine = new Machine(),
): DeviceView[] {
  const owners = new Map(Object.entries(taken).map(([name, device]) => [kernelName(device), name]));
  const links = machine.list(LINKS).filter((name) => isEthernet(machine, name)).map((name) => ({
    device: `af_packet:${name}`,
    link: machine.read(`${LINKS}/${name}/operstate`) === "down" ? "down" as const : "up" as const,
    mac: machine.read(`${LINKS}/${name}/address`),
    interface: owners.get(name) ?? null,
  }));
  const cards = machine.list(CARDS).filter((address) => isFreeCard(machine, address))
    .map((address) => ({
      device: `pci:${address}`,
      link: null,
      mac: null,
      interface: owners.get(address) ?? null,
    }));
  return [...links, ...cards];
}

/** `eth1` of `af_packet:eth1` and of `af_xdp:eth1`; of a card its address. */
function kernelName(device: string): string {
  return device.replace(/^[a-z_]+:/, "");
}

/** A network controller that the kernel drives no more. */
function isFreeCard(machine: Machine, address: string): boolean {
  return (machine.read(`${CARDS}/${address}/class`) ?? "").startsWith("0x02") &&
    PASSING.includes(machine.link(`${CARDS}/${address}/driver`) ?? "");
}

/** ARPHRD_ETHER: neither loopback nor a tunnel, whose frames have no Ethernet header. */
function isEthernet(machine: Machine, name: string): boolean {
  return machine.number(`${LINKS}/${name}/type`) === 1;
}
