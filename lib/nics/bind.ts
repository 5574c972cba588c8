/**
 * Hands a card from the kernel's driver to vfio-pci, and back.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import type { Machine } from "../machine.ts";
import { DEVICES, type Nic, readNic } from "../nics.ts";

/** The driver by which programs drive cards themselves. */
export const VFIO = "vfio-pci";

/** A card cannot be handed over; the message says what to do. */
export class NicError extends Error {
  override readonly name = "NicError";
}

/** How long the kernel has to take a card up, and how often to look, milliseconds. */
const PATIENCE_MS = 5000;
const LOOK_MS = 20;

/** The card is vfio-pci's from then on, until the machine starts anew. @throws {NicError} */
export async function bind(machine: Machine, nic: Nic): Promise<Nic> {
  if (nic.driver === VFIO) return nic;
  if (nic.iommu_group === null && !unsafe(machine)) {
    throw new NicError(
      `${nic.address} is in no IOMMU group: switch the IOMMU on (firmware, and intel_iommu=on on the kernel's ` +
        "command line), or go without its protection: " +
        "modprobe vfio enable_unsafe_noiommu_mode=1 && echo 1 > /sys/module/vfio/parameters/enable_unsafe_noiommu_mode",
    );
  }
  await loadVfio(machine);
  change(machine, nic.address, VFIO);
  return await taken(machine, nic.address, (driver) => driver === VFIO, VFIO);
}

/** The card is the kernel's again. @throws {NicError} */
export async function unbind(machine: Machine, nic: Nic): Promise<Nic> {
  if (nic.driver !== VFIO) {
    throw new NicError(
      `${nic.address} is not bound to ${VFIO} but to ${nic.driver ?? "no driver"}`,
    );
  }
  // An end of line is what the kernel takes for nothing.
  change(machine, nic.address, "\n");
  const kernels = (driver: string | null) => driver !== null && driver !== VFIO;
  return await taken(machine, nic.address, kernels, "a driver of the kernel");
}

function unsafe(machine: Machine): boolean {
  return machine.read("/sys/module/vfio/parameters/enable_unsafe_noiommu_mode") === "Y";
}

async function loadVfio(machine: Machine): Promise<void> {
  if (machine.has(`/sys/bus/pci/drivers/${VFIO}`)) return;
  if (machine.here) await machine.ask("modprobe", VFIO);
  if (machine.has(`/sys/bus/pci/drivers/${VFIO}`)) return;
  throw new NicError(`the kernel has no driver ${VFIO} now: modprobe ${VFIO}`);
}

/** Names the driver, lets the one of before go, and has the kernel look again. */
function change(machine: Machine, address: string, driver: string): void {
  const at = `${DEVICES}/${address}`;
  write(machine, `${at}/driver_override`, driver);
  if (machine.has(`${at}/driver`)) write(machine, `${at}/driver/unbind`, address);
  write(machine, "/sys/bus/pci/drivers_probe", address);
}

function write(machine: Machine, path: string, text: string): void {
  try {
    writeFileSync(machine.path(path), text, { flag: "r+" });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    const denied = code === "EACCES" || code === "EPERM" || code === "EROFS";
    throw new NicError(`cannot write ${path}: ${denied ? "not permitted; use sudo" : message}`);
  }
}

async function taken(
  machine: Machine,
  address: string,
  wanted: (driver: string | null) => boolean,
  whose: string,
): Promise<Nic> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const nic = readNic(machine, address);
    if (wanted(nic.driver)) return nic;
    if (performance.now() > end) {
      throw new NicError(
        `${whose} did not take ${address}, which now has ${
          nic.driver ?? "no driver"
        }: dmesg tells why`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
