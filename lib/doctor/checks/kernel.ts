import { type Check, devicesOf, type Finding, ok } from "../finding.ts";

/** Before this one, AF_XDP wakes nobody up, and libxdp's programs do not load. */
const LEAST = [5, 4] as const;
/** What DPDK is built for. */
const NEEDED_FLAG = "sse4_2";

/** The kernel and the processor. */
export const kernel: Check = ({ machine, config }) => {
  const release = machine.read("/proc/sys/kernel/osrelease");
  const flags = /^flags\s*:(.*)$/m.exec(machine.read("/proc/cpuinfo") ?? "")?.[1]?.split(" ");
  return [...release === null ? [] : [ofRelease(release, config)], ...ofFlags(flags)];
};

function ofRelease(release: string, config: Parameters<typeof devicesOf>[0]): Finding {
  const [major = 0, minor = 0] = release.split(/[.-]/).map(Number);
  const old = major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1]);
  if (!old) return ok("kernel", `Linux ${release}`);
  const needs = devicesOf(config).some(({ driver }) => driver === "af_xdp");
  return {
    name: "kernel",
    state: needs ? "bad" : "warn",
    found: `Linux ${release}, older than ${LEAST.join(".")}`,
    why: "af_xdp devices do not work there, and others were never tried",
    type: ["apt-get install linux-image-amd64 && reboot"],
  };
}

function ofFlags(flags: string[] | undefined): Finding[] {
  if (flags === undefined) return [];
  if (!flags.includes(NEEDED_FLAG)) {
    return [{
      name: "processor",
      state: "bad",
      found: `the processor has no ${NEEDED_FLAG}`,
      why:
        "the packet library needs it and ends at once; a virtual machine may only not be shown it",
      type: ["grep -o -m1 sse4_2 /proc/cpuinfo   # in the guest, after: qemu … -cpu host"],
    }];
  }
  if (flags.includes("avx2")) return [ok("processor", "sse4_2 and avx2 are there")];
  return [{
    name: "processor",
    state: "note",
    found: "the processor has no avx2",
    why: "flows are hashed one by one in place of four at once",
    type: ["grep -o -m1 avx2 /proc/cpuinfo   # in a guest, after: qemu … -cpu host"],
  }];
}
