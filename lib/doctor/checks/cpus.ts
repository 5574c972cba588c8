import type { Machine } from "../../machine.ts";
import { type Check, type Finding, ok } from "../finding.ts";

const CPUS = "/sys/devices/system/cpu";

/** `0-3,8` → 0, 1, 2, 3, 8. */
export function cpuList(text: string | null): number[] {
  return (text ?? "").split(",").filter((one) => /^\d/.test(one)).flatMap((part) => {
    const [first = 0, last = first] = part.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  });
}

/** Whether workers have processors of their own. */
export const cpus: Check = ({ machine, config }) => {
  const online = cpuList(machine.read(`${CPUS}/online`));
  if (online.length === 0) return [];
  const workers = config?.workers ?? 1;
  return [
    enough(online.length, workers),
    isolation(machine, online, workers),
    ...governor(machine, online),
  ];
};

function enough(there: number, workers: number): Finding {
  if (workers < there) return ok("cpus", `${there} for ${workers} workers and all else`);
  return {
    name: "cpus",
    state: "warn",
    found: `${there} processors for ${workers} workers`,
    why: "a worker polls without a pause on a card, and then shares its processor with all else",
    type: [`guideway apply FILE   # with workers: ${Math.max(1, there - 1)}`],
  };
}

function isolation(machine: Machine, online: number[], workers: number): Finding {
  const isolated = cpuList(machine.read(`${CPUS}/isolated`));
  if (isolated.length >= workers) {
    return ok("isolation", `processors ${isolated.join(",")} are isolated`);
  }
  const last = online.slice(-workers).join(",");
  const first = online.slice(0, -workers).join(",");
  return {
    name: "isolation",
    state: "note",
    found: isolated.length === 0
      ? "no processor is isolated"
      : `only ${isolated.length} are isolated`,
    why:
      "the kernel may have a worker's processor do other work for milliseconds, in which packets wait",
    type: [
      `sed -i 's/^GRUB_CMDLINE_LINUX="/&isolcpus=${last} nohz_full=${last} /' /etc/default/grub && update-grub && reboot`,
      // What is isolated is nobody's unless it is named; workers take the last that are named.
      ...serviceCpus([first, last].filter((one) => one !== "").join(",")),
    ],
  };
}

/** Has the service run on these processors. */
export function serviceCpus(cpus: string): string[] {
  const folder = "/etc/systemd/system/guideway.service.d";
  return [
    `mkdir -p ${folder} && printf '[Service]\\nCPUAffinity=${cpus}\\n' > ${folder}/cpus.conf`,
    "systemctl daemon-reload && systemctl restart guideway",
  ];
}

function governor(machine: Machine, online: number[]): Finding[] {
  const saving = online.filter((cpu) =>
    machine.read(`${CPUS}/cpu${cpu}/cpufreq/scaling_governor`) === "powersave"
  );
  if (saving.length === 0) return [];
  return [{
    name: "frequency",
    state: "note",
    found: `${saving.length} processors save power (powersave)`,
    why: "a processor that slept is slow for the first packets after a pause",
    type: ["cpupower frequency-set -g performance"],
  }];
}
