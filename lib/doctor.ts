/**
 * Looks at a machine, and says what does not fit, why it matters, and what to type.
 *
 * @module
 */
import type { Config } from "./config.ts";
import { binding } from "./doctor/checks/binding.ts";
import { cpus } from "./doctor/checks/cpus.ts";
import { forwarding } from "./doctor/checks/forwarding.ts";
import { hugepages } from "./doctor/checks/hugepages.ts";
import { interfaces } from "./doctor/checks/interfaces.ts";
import { iommu } from "./doctor/checks/iommu.ts";
import { kernel } from "./doctor/checks/kernel.ts";
import { mtu } from "./doctor/checks/mtu.ts";
import { neighbours } from "./doctor/checks/neighbours.ts";
import { numa } from "./doctor/checks/numa.ts";
import { offloads } from "./doctor/checks/offloads.ts";
import { permissions } from "./doctor/checks/permissions.ts";
import type { Check, Finding } from "./doctor/finding.ts";
import { hopsOf } from "./doctor/hops.ts";
import type { Machine } from "./machine.ts";
import { listNics } from "./nics.ts";
import { sshConnection } from "./nics/users.ts";

export type { Finding };

/** In the order in which a start needs them. */
const CHECKS: Check[] = [
  ...[kernel, permissions, hugepages, iommu, binding, interfaces, offloads],
  ...[forwarding, cpus, numa, mtu, neighbours],
];

/** All that there is to say, in the checks' order. @param config Null: only the machine is looked at. */
export async function examine(machine: Machine, config: Config | null): Promise<Finding[]> {
  const [nics, hops] = await Promise.all([
    listNics(machine, sshConnection(machine)),
    config === null ? null : hopsOf(machine, config),
  ]);
  const found: Finding[] = [];
  for (const check of CHECKS) found.push(...await check({ machine, config, nics, hops }));
  return [...found, ...unseen(machine)];
}

function unseen({ unseen }: Machine): Finding[] {
  if (unseen.size === 0) return [];
  return [{
    name: "unseen",
    state: "note",
    found: `could not be read: ${[...unseen].slice(0, 5).join(", ")}${unseen.size > 5 ? " …" : ""}`,
    why: "what stands there was not looked at",
    type: ["sudo guideway doctor"],
  }];
}
