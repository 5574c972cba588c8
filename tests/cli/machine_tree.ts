/**
 * A machine as a tree of files, for commands that look at one.
 *
 * @module
 */
import { dirname } from "node:path";

/** Writes a tree: texts by path; `-> TARGET` is a link, and a path that ends in `/` a folder. */
export async function plant(root: string, files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const at = `${root}/${path}`;
    await Deno.mkdir(path.endsWith("/") ? at : dirname(at), { recursive: true });
    if (path.endsWith("/")) continue;
    const target = /^-> (.*)$/.exec(text)?.[1];
    if (target === undefined) await Deno.writeTextFile(at, text);
    else await Deno.symlink(target, at);
  }
}

/** A card's files below /sys. */
export function card(
  address: string,
  facts: { driver: string; name?: string; node?: number; group?: number; up?: boolean },
): Record<string, string> {
  const { driver, name, node = -1, group, up = true } = facts;
  const at = `sys/bus/pci/devices/${address}`;
  return {
    [`${at}/class`]: "0x020000\n",
    [`${at}/vendor`]: "0x8086\n",
    [`${at}/device`]: "0x1572\n",
    [`${at}/numa_node`]: `${node}\n`,
    [`${at}/driver_override`]: "(null)\n",
    [`${at}/driver`]: `-> ../../drivers/${driver}`,
    [`sys/bus/pci/drivers/${driver}/unbind`]: "",
    ...group === undefined ? {} : {
      [`${at}/iommu_group`]: `-> ../../../../kernel/iommu_groups/${group}`,
      [`sys/kernel/iommu_groups/${group}/devices/${address}/`]: "",
    },
    ...name === undefined ? {} : {
      [`${at}/net/${name}/`]: "",
      [`sys/class/net/${name}/operstate`]: up ? "up\n" : "down\n",
      [`sys/class/net/${name}/speed`]: up ? "10000\n" : "-1\n",
      [`sys/class/net/${name}/mtu`]: "1500\n",
    },
  };
}
