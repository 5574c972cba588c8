import assert from "node:assert/strict";
import { listDevices } from "../../lib/devices.ts";
import { Machine } from "../../lib/machine.ts";

/** A tree of files that stands for a machine. */
async function machineOf(files: Record<string, string>, links: Record<string, string>) {
  const root = await Deno.makeTempDir({ prefix: "gw" });
  const place = async (path: string) => {
    await Deno.mkdir(`${root}${path.slice(0, path.lastIndexOf("/"))}`, { recursive: true });
    return root + path;
  };
  for (const [path, text] of Object.entries(files)) {
    await Deno.writeTextFile(await place(path), `${text}\n`);
  }
  for (const [path, to] of Object.entries(links)) await Deno.symlink(to, await place(path));
  return {
    machine: new Machine(root),
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

const NET = "/sys/class/net";
const PCI = "/sys/bus/pci/devices";

Deno.test("links with Ethernet frames and cards that the kernel let go can be opened", async () => {
  await using tree = await machineOf({
    [`${NET}/lo/type`]: "772",
    [`${NET}/eth0/type`]: "1",
    [`${NET}/eth0/operstate`]: "up",
    [`${NET}/eth0/address`]: "02:00:00:00:00:07",
    [`${NET}/eth1/type`]: "1",
    [`${NET}/eth1/operstate`]: "down",
    [`${NET}/gre0/type`]: "778",
    [`${PCI}/0000:01:00.0/class`]: "0x020000",
    [`${PCI}/0000:02:00.0/class`]: "0x020000",
    [`${PCI}/0000:03:00.0/class`]: "0x010802",
  }, {
    [`${PCI}/0000:01:00.0/driver`]: "../../../bus/pci/drivers/vfio-pci",
    [`${PCI}/0000:02:00.0/driver`]: "../../../bus/pci/drivers/ixgbe",
    [`${PCI}/0000:03:00.0/driver`]: "../../../bus/pci/drivers/vfio-pci",
  });
  const taken = { net0: "af_xdp:eth0", net1: "null" };
  assert.deepEqual(listDevices(taken, tree.machine), [
    { device: "af_packet:eth0", link: "up", mac: "02:00:00:00:00:07", interface: "net0" },
    { device: "af_packet:eth1", link: "down", mac: null, interface: null },
    { device: "pci:0000:01:00.0", link: null, mac: null, interface: null },
  ]);
});

Deno.test("a machine that shows nothing has no devices", async () => {
  await using tree = await machineOf({}, {});
  assert.deepEqual(listDevices({}, tree.machine), []);
});
