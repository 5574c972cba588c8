/** Network cards, on a machine that is a tree of files; where a driver is to take a card, the test does what a kernel does. */
import assert from "node:assert/strict";
import { card, plant } from "./machine_tree.ts";
import { guideway, makeFolder } from "./program.ts";

const SSH = "192.0.2.7 51234 192.0.2.1 22";
const [FREE, ROUTED, BONDED] = ["0000:01:00.0", "0000:01:00.1", "0000:02:00.0"] as const;

/** Three cards: a free one, one with the default route, and one below the bond that SSH comes by. */
async function machine(root: string): Promise<void> {
  await plant(root, {
    ...card(FREE, { driver: "i40e", name: "eth0", node: 1, group: 7 }),
    ...card(ROUTED, { driver: "i40e", name: "eth1", group: 8 }),
    ...card(BONDED, { driver: "i40e", name: "eth2", up: false, group: 9 }),
    "sys/bus/pci/devices/0000:03:00.0/class": "0x010802\n",
    "sys/bus/pci/drivers/vfio-pci/unbind": "",
    "sys/bus/pci/drivers_probe": "",
    "sys/class/net/bond0/lower_eth2/": "",
    "sys/class/net/bond0.5/lower_bond0/": "",
    "commands/ip -j -4 route show default": '[{"dst":"default","gateway":"10.0.0.1","dev":"eth1"}]',
    "commands/ip -j route get 192.0.2.7": '[{"dst":"192.0.2.7","dev":"bond0.5"}]',
    "commands/ip -j addr": '[{"ifname":"bond0.5","addr_info":[{"local":"192.0.2.1"}]}]',
  });
}

/** What a kernel does when it is told to look at a card again: the driver that is named takes it. */
function kernel(root: string, usual: string): Disposable {
  const pci = `${root}/sys/bus/pci`;
  const timer = setInterval(() => {
    const address = Deno.readTextFileSync(`${pci}/drivers_probe`).trim();
    if (address === "") return;
    Deno.writeTextFileSync(`${pci}/drivers_probe`, "");
    const at = `${pci}/devices/${address}`;
    const before = Deno.readLinkSync(`${at}/driver`).split("/").at(-1)!;
    // Only a card that was let go is taken.
    if (Deno.readTextFileSync(`${pci}/drivers/${before}/unbind`) !== address) return;
    const named = Deno.readTextFileSync(`${at}/driver_override`).split("\n")[0];
    Deno.removeSync(`${at}/driver`);
    Deno.symlinkSync(`../../drivers/${named || usual}`, `${at}/driver`);
  }, 5);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function nic(root: string, ...words: string[]) {
  return guideway(["nic", ...words, "--sys-root", root], { SSH_CONNECTION: SSH });
}

Deno.test("cards are listed with driver, name, place, link, and who needs them", async () => {
  await using root = await makeFolder();
  await machine(root.path);
  const { stdout, code } = await nic(root.path, "list");
  assert.equal(code, 0);
  assert.deepEqual(stdout.trimEnd().split("\n").map((line) => line.split(/ {2,}/)), [
    ["ADDRESS", "ID", "DRIVER", "NAME", "NUMA", "IOMMU", "LINK", "USED BY"],
    [FREE, "8086:1572", "i40e", "eth0", "1", "7", "up 10000 Mbit/s", "-"],
    [ROUTED, "8086:1572", "i40e", "eth1", "-", "8", "up 10000 Mbit/s", "default route"],
    [BONDED, "8086:1572", "i40e", "eth2", "-", "9", "down", "SSH session"],
  ]);
  const { nics } = JSON.parse((await nic(root.path, "list", "--json")).stdout);
  assert.deepEqual(nics[2].used_by, ["SSH session"]);
  assert.equal(nics[0].mbps, 10_000);
});

Deno.test("a card is handed to vfio-pci, and given back to the kernel's driver", async () => {
  await using root = await makeFolder();
  await machine(root.path);
  using _kernel = kernel(root.path, "i40e");
  // The drive is a PCI device, too, and no card.
  const bound = await nic(root.path, "bind", "01:00.0");
  assert.equal(bound.code, 0, bound.stderr);
  assert.match(
    bound.stderr,
    /^0000:01:00\.0 was bound to i40e; now to vfio-pci, and called eth0\n/,
  );
  const again = await nic(root.path, "bind", FREE);
  assert.equal(again.stderr, `${FREE} is bound to vfio-pci already\n`);
  const back = await nic(root.path, "unbind", FREE);
  assert.equal(back.code, 0, back.stderr);
  assert.match(back.stderr, /was bound to vfio-pci; now to i40e/);
  const twice = await nic(root.path, "unbind", FREE);
  assert.equal(twice.code, 1);
  assert.match(twice.stderr, /is not bound to vfio-pci but to i40e/);
});

Deno.test("the card of the default route and that of the SSH session are not taken without --force", async () => {
  await using root = await makeFolder();
  await machine(root.path);
  using _kernel = kernel(root.path, "i40e");
  const pci = `${root.path}/sys/bus/pci`;
  for (const [address, why] of [[ROUTED, "default route"], [BONDED, "SSH session"]] as const) {
    const { code, stderr } = await nic(root.path, "bind", address);
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`carries: ${why}; --force does it all the same`));
    const override = await Deno.readTextFile(`${pci}/devices/${address}/driver_override`);
    assert.equal(override, "(null)\n", "nothing was written");
  }
  assert.equal((await nic(root.path, "bind", BONDED, "--force")).code, 0);
  assert.match(await Deno.readLink(`${pci}/devices/${BONDED}/driver`), /vfio-pci$/);
});

Deno.test("the default route is known also where there is no ip", async () => {
  await using root = await makeFolder();
  await plant(root.path, {
    ...card(FREE, { driver: "i40e", name: "eth0" }),
    ...card(ROUTED, { driver: "i40e", name: "eth1" }),
    "proc/net/route": "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n" +
      "eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\neth1\t0000000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\n",
    "proc/net/ipv6_route": `${"0".repeat(32)} 00 ${"0".repeat(32)} 00 fe80 1 1 0 3 eth1\n`,
  });
  const { nics } = JSON.parse((await nic(root.path, "list", "--json")).stdout);
  // deno-lint-ignore no-explicit-any -- JSON
  assert.deepEqual(nics.map((one: any) => one.used_by), [["default route"], ["default route"]]);
});

Deno.test("what stands in the way is told with the remedy", async () => {
  await using root = await makeFolder();
  await plant(root.path, {
    ...card(FREE, { driver: "i40e", name: "eth0" }),
    ...card(ROUTED, { driver: "i40e", name: "eth1", group: 3 }),
  });
  const rows: [string[], number, RegExp][] = [
    [["bind", FREE], 1, /is in no IOMMU group: .*intel_iommu=on.*enable_unsafe_noiommu_mode/],
    [["bind", ROUTED], 1, /the kernel has no driver vfio-pci now: modprobe vfio-pci/],
    [["bind", "0000:09:00.0"], 1, /there is no network card 0000:09:00\.0: guideway nic list/],
    [["bind", "eth0"], 2, /not a PCI address: "eth0"/],
  ];
  for (const [words, wanted, sentence] of rows) {
    const { code, stderr } = await nic(root.path, ...words);
    assert.equal(code, wanted, stderr);
    assert.match(stderr, sentence);
  }
});

Deno.test("a card that no driver takes is told, not waited for without end", async () => {
  await using root = await makeFolder();
  await machine(root.path);
  const { code, stderr } = await nic(root.path, "bind", FREE);
  assert.equal(code, 1);
  assert.match(stderr, /vfio-pci did not take 0000:01:00\.0, which now has i40e: dmesg tells why/);
});
