import type { Machine } from "../../machine.ts";
import type { Nic } from "../../nics.ts";
import { type Check, devicesOf, type Finding, ok } from "../finding.ts";

/** Their cards stay with the kernel's driver, which lets programs in beside it. */
const SHARED = new Set(["mlx5_core", "mlx4_core"]);

/** Whether each card of the configuration has the driver that it needs. */
export const binding: Check = ({ machine, config, nics }) =>
  devicesOf(config).filter(({ driver }) => driver === "pci").flatMap(({ target, name }) => {
    const nic = nics.find(({ address }) => address === target);
    if (nic === undefined) return [missing(name, target)];
    return [ofDriver(name, nic), ...ofGroup(machine, nic, nics)];
  });

function missing(name: string, address: string): Finding {
  return {
    name: "binding",
    state: "bad",
    found: `interfaces.${name}: there is no network card ${address}`,
    why: "the program does not start with an interface that is not there",
    type: ["guideway nic list"],
  };
}

function ofDriver(name: string, { address, driver, names, used_by }: Nic): Finding {
  if (driver === "vfio-pci" || SHARED.has(driver ?? "")) {
    return ok("binding", `${address} (${name}) is bound to ${driver}`);
  }
  const users = used_by.filter((one) => !one.startsWith("guideway "));
  const kernels = names.length === 0 ? "" : `, called ${names.join(", ")}`;
  return {
    name: "binding",
    state: "bad",
    found: `${address} (${name}) is bound to ${driver ?? "no driver"}${kernels}` +
      (users.length === 0 ? "" : ` and carries: ${users.join(", ")}`),
    why: "the program can drive a card only when vfio-pci has it",
    type: [`guideway nic bind ${address}${users.length === 0 ? "" : " --force"}`],
  };
}

/** All of a group go to one program, or none. */
function ofGroup(machine: Machine, nic: Nic, nics: Nic[]): Finding[] {
  if (nic.iommu_group === null) return [];
  const group = machine.list(`/sys/kernel/iommu_groups/${nic.iommu_group}/devices`);
  const others = group.filter((address) => {
    const driver = machine.link(`/sys/bus/pci/devices/${address}/driver`);
    return address !== nic.address && driver !== null && !/^(vfio-pci|pcieport)$/.test(driver);
  });
  if (others.length === 0) return [];
  const cards = others.filter((one) => nics.some(({ address }) => address === one));
  return [{
    name: "binding",
    state: "bad",
    found: `${nic.address} shares IOMMU group ${nic.iommu_group} with ${others.join(", ")}`,
    why:
      "vfio gives a group to one program as a whole: what the kernel still has stands in the way",
    type: cards.length > 0
      ? cards.map((one) => `guideway nic bind ${one}`)
      : ["put the card into another slot   # groups follow the slots"],
  }];
}
