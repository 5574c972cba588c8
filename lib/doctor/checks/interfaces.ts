import { type Check, type Finding, kernelDevices, ok } from "../finding.ts";

/** Whether the kernel's interfaces that the configuration names are there, and up. */
export const interfaces: Check = ({ machine, config }) =>
  kernelDevices(config).map((name): Finding => {
    const at = `/sys/class/net/${name}`;
    if (!machine.has(at)) {
      return {
        name: "interfaces",
        state: "bad",
        found: `there is no interface ${name}`,
        why: "the program does not start with an interface that is not there",
        type: ["ip -br link"],
      };
    }
    const state = machine.read(`${at}/operstate`);
    if (state === "up" || state === "unknown") return ok("interfaces", `${name} is up`);
    const flags = Number(machine.read(`${at}/flags`) ?? "0");
    return {
      name: "interfaces",
      state: "bad",
      found: (flags & 1) === 1 ? `${name} has no link` : `${name} is ${state ?? "down"}`,
      why: "no packet comes or goes there",
      type: (flags & 1) === 1
        ? [`ethtool ${name}   # link, cable and the other end`]
        : [`ip link set dev ${name} up`],
    };
  });
