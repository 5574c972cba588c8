import { type Check, devicesOf, type Finding, ok } from "../finding.ts";
import { cpuList, serviceCpus } from "./cpus.ts";

const NODES = "/sys/devices/system/node";

/** Whether cards, workers and memory are on one node. */
export const numa: Check = ({ machine, config, nics }) => {
  const nodes = machine.list(NODES).filter((name) => /^node\d+$/.test(name));
  if (nodes.length < 2) return nodes.length === 0 ? [] : [ok("numa", "one node")];
  const wanted = devicesOf(config).flatMap(({ driver, target }) =>
    nics.find(({ address, names }) =>
      driver === "pci" ? address === target : names.includes(target)
    ) ?? []
  );
  const used = [...new Set(wanted.flatMap(({ numa_node }) => numa_node ?? []))];
  if (used.length === 0) {
    return [ok("numa", `${nodes.length} nodes; no card of the configuration tells its own`)];
  }
  if (used.length > 1) {
    return [{
      name: "numa",
      state: "warn",
      found: `the cards are on nodes ${used.join(", ")}`,
      why: "packets that come in on one node and leave on another cross between them twice",
      type: ["guideway nic list   # and put both cards into slots of one node"],
    }];
  }
  const node = used[0]!;
  const near = cpuList(machine.read(`${NODES}/node${node}/cpulist`));
  const online = cpuList(machine.read("/sys/devices/system/cpu/online"));
  // Workers take the last processors.
  const workers = online.slice(-(config?.workers ?? 1));
  return [onNode(node, near, workers), ...memory(machine, node)];
};

function onNode(node: number, near: number[], workers: number[]): Finding {
  const far = workers.filter((cpu) => !near.includes(cpu));
  if (far.length === 0) return ok("numa", `cards and workers are on node ${node}`);
  return {
    name: "numa",
    state: "warn",
    found: `the cards are on node ${node}, workers would run on processors ${
      far.join(",")
    } of another`,
    why: "a worker elsewhere waits longer for each packet",
    type: serviceCpus(near.join(",")),
  };
}

function memory(machine: Parameters<Check>[0]["machine"], node: number): Finding[] {
  const at = `${NODES}/node${node}/hugepages/hugepages-2048kB`;
  if (machine.number(`${at}/nr_hugepages`) !== 0) return [];
  return [{
    name: "numa",
    state: "warn",
    found: `no hugepages are on node ${node}, where the cards are`,
    why: "packets would lie in the other node's memory",
    type: [`echo 256 > ${at}/nr_hugepages`],
  }];
}
