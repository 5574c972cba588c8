import { type Check, devicesOf, type Finding, ok } from "../finding.ts";

const NOIOMMU = "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode";

/** Whether cards can be driven by programs, and safely. */
export const iommu: Check = ({ machine, config }) => {
  if (config !== null && !devicesOf(config).some(({ driver }) => driver === "pci")) return [];
  const cards = config !== null;
  const groups = machine.list("/sys/kernel/iommu_groups").length;
  const unsafe = machine.read(NOIOMMU) === "Y";
  const intel = /GenuineIntel/.test(machine.read("/proc/cpuinfo") ?? "");
  const found: Finding = groups > 0 ? ok("iommu", `on, ${groups} groups`) : {
    name: "iommu",
    state: !cards ? "note" : unsafe ? "warn" : "bad",
    found: unsafe ? "off, and vfio goes without" : "off",
    why: unsafe
      ? "a card can then reach all memory of the machine"
      : "vfio-pci takes a card only where the IOMMU keeps it from foreign memory",
    type: intel
      ? [
        "sed -i 's/^GRUB_CMDLINE_LINUX=\"/&intel_iommu=on iommu=pt /' /etc/default/grub && update-grub && reboot",
      ]
      : [
        "sed -i 's/^GRUB_CMDLINE_LINUX=\"/&iommu=pt /' /etc/default/grub && update-grub && reboot",
      ],
  };
  if (found.state !== "ok" && !unsafe) {
    found.type.push(`modprobe vfio && echo 1 > ${NOIOMMU}   # in a virtual machine without one`);
  }
  if (machine.has("/sys/bus/pci/drivers/vfio-pci")) {
    return [found, ok("vfio", "vfio-pci is loaded")];
  }
  return [found, {
    name: "vfio",
    state: cards ? "bad" : "note",
    found: "vfio-pci is not loaded",
    why: "it is the driver that lets the program drive cards itself",
    type: [
      "modprobe vfio-pci",
      "echo vfio-pci > /etc/modules-load.d/guideway.conf   # at each start",
    ],
  }];
};
