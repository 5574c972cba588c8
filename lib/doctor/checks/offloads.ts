import { type Check, type Finding, kernelDevices, ok } from "../finding.ts";

/** By the word of `ethtool -K`: what `ethtool -k` calls it. */
const FEATURES = {
  tx: "tx-checksumming",
  rx: "rx-checksumming",
  tso: "tcp-segmentation-offload",
  gso: "generic-segmentation-offload",
  gro: "generic-receive-offload",
} as const;

/** Whether packets come as they are on the wire, where nothing but memory is between two ends. */
export const offloads: Check = async ({ machine, config }) => {
  const found = await Promise.all(
    kernelDevices(config).map(async (name): Promise<Finding[]> => {
      const text = await machine.ask("ethtool", "-k", name);
      const driver = /^driver: (\S+)/m.exec(await machine.ask("ethtool", "-i", name) ?? "")?.[1];
      if (text === null) return machine.has(`/sys/class/net/${name}`) ? [unknown(name)] : [];
      // A card computes checksums before the wire; GRO and LRO are taken off by the program itself.
      if (driver !== "veth") {
        return [ok("offloads", `${name} (${driver ?? "unknown"}) needs none changed`)];
      }
      const on = Object.entries(FEATURES)
        .filter(([, feature]) => new RegExp(`^${feature}: on`, "m").test(text))
        .map(([word]) => word);
      if (on.length === 0) return [ok("offloads", `${name}: all off`)];
      return [{
        name: "offloads",
        state: "warn",
        found: `${name} is a veth with ${on.join(", ")} on`,
        why:
          "packets then come without checksums, or several in one, and leave so: receivers drop them",
        type: [
          `ethtool -K ${name} ${on.map((word) => `${word} off`).join(" ")}`,
          `the same at the other end of ${name}`,
        ],
      }];
    }),
  );
  return found.flat();
};

function unknown(name: string): Finding {
  return {
    name: "offloads",
    state: "note",
    found: `offloads of ${name} could not be asked`,
    why: "those of a veth must be off",
    type: ["apt-get install ethtool"],
  };
}
