/**
 * The `device` of an interface: which driver drives which thing.
 *
 * @module
 */

import { shown } from "../shown.ts";

/** What `device` says, taken apart. */
export interface Device {
  driver: "af_packet" | "af_xdp" | "tap" | "memif" | "pci" | "null";
  /** Name, path or PCI address; empty for `null`. */
  target: string;
  /** Canonical; equal devices are equal strings. */
  text: string;
}

/** Longest path of a unix socket, which memif uses. */
const PATH_MAX = 107;

/**
 * Reads `af_packet:eth1`, `af_xdp:eth1`, `tap:tap0`, `memif:/run/memif.sock`, `pci:0000:01:00.0` or `null`.
 *
 * @throws {Error} with a sentence.
 */
export function parseDevice(text: string): Device {
  if (text === "null") return { driver: "null", target: "", text };
  const at = text.indexOf(":");
  const driver = text.slice(0, Math.max(0, at));
  const target = text.slice(at + 1);
  switch (driver) {
    case "af_packet":
    case "af_xdp":
    case "tap":
      return device(driver, linuxName(target));
    case "memif":
      return device(driver, socketPath(target));
    case "pci":
      return device(driver, pciAddress(target));
  }
  throw new Error(
    `not a device: ${shown(text)}; ` +
      "write af_packet:IF, af_xdp:IF, tap:NAME, memif:PATH, pci:ADDRESS or null",
  );
}

/**
 * The name under which the kernel knows the network behind the device, so that its routes and neighbours
 * apply; null where the kernel does not know it.
 */
export function kernelName(device: Device): string | null {
  const known = device.driver === "af_packet" || device.driver === "af_xdp" ||
    device.driver === "tap";
  return known ? device.target : null;
}

function device(driver: Device["driver"], target: string): Device {
  return { driver, target, text: `${driver}:${target}` };
}

/** The kernel's rule for names of network devices, less what DPDK's device arguments cannot hold. */
function linuxName(name: string): string {
  if (/^[A-Za-z0-9_.@+-]{1,15}$/.test(name) && name !== "." && name !== "..") return name;
  throw new Error(`not the name of a network device: ${shown(name)}`);
}

/** DPDK's device arguments hold no comma and no equals sign, and a path no letter of several bytes. */
function socketPath(path: string): string {
  if (/^\/[A-Za-z0-9/_.@+:-]+$/.test(path) && path.length <= PATH_MAX) return path;
  throw new Error(
    `not the path of a memif socket: ${shown(path)} ` +
      `(absolute, of letters, digits and /._-+@:, up to ${PATH_MAX} in all)`,
  );
}

function pciAddress(address: string): string {
  const [, domain = "0000", rest] =
    /^(?:([0-9a-f]{4}):)?([0-9a-f]{2}:[01][0-9a-f]\.[0-7])$/i.exec(address) ?? [];
  if (rest !== undefined) return `${domain}:${rest}`.toLowerCase();
  throw new Error(
    `not a PCI address: ${shown(address)}; write it like 0000:01:00.0`,
  );
}
