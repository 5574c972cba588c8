import type { Machine } from "../../machine.ts";
import { type Check, devicesOf, ok } from "../finding.ts";

/** What the packet library takes, megabytes: for one worker, and for each more. */
const BASE_MB = 256;
const WORKER_MB = 64;

const POOLS = "/sys/kernel/mm/hugepages";

/** Whether memory for packets can lie in hugepages. */
export const hugepages: Check = ({ machine, config }) => {
  const pools = poolsOf(machine);
  if (pools.length === 0) return [];
  const wanted = BASE_MB + ((config?.workers ?? 1) - 1) * WORKER_MB;
  const free = Math.max(...pools.map(({ kb, free }) => free * kb / 1024));
  const all = pools.reduce((sum, { kb, all }) => sum + all * kb / 1024, 0);
  if (free >= wanted) return [ok("hugepages", `${free} MB are free, ${wanted} MB are wanted`)];
  const cards = devicesOf(config).some(({ driver }) => driver === "pci");
  const pages = Math.ceil(wanted / 2);
  return [{
    name: "hugepages",
    state: all >= wanted ? "note" : cards ? "bad" : "warn",
    found: all >= wanted
      ? `${all} MB are reserved and ${free} MB free: a program has them, this one maybe`
      : `${all} MB are reserved, ${wanted} MB are wanted`,
    why: cards
      ? "a card reads and writes packets there"
      : "with ordinary memory each packet costs more looks into page tables",
    type: [
      `sysctl -w vm.nr_hugepages=${pages}`,
      `echo vm.nr_hugepages=${pages} > /etc/sysctl.d/60-guideway.conf   # at each start`,
    ],
  }];
};

function poolsOf(machine: Machine): { kb: number; all: number; free: number }[] {
  return machine.list(POOLS).flatMap((name) => {
    const kb = Number(/^hugepages-(\d+)kB$/.exec(name)?.[1]);
    const all = machine.number(`${POOLS}/${name}/nr_hugepages`);
    const free = machine.number(`${POOLS}/${name}/free_hugepages`);
    return Number.isNaN(kb) || all === null || free === null ? [] : [{ kb, all, free }];
  });
}
