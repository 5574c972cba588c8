/** What the doctor finds, on machines that are trees of files: a good one, and one thing wrong with each. */
import assert from "node:assert/strict";
import { parseConfig } from "../../lib/config.ts";
import { examine, type Finding } from "../../lib/doctor.ts";
import { Machine } from "../../lib/machine.ts";
import { card, plant } from "../cli/machine_tree.ts";

const CARD = "0000:01:00.0";
const POOL = "sys/kernel/mm/hugepages/hugepages-2048kB";
const CPUS = "sys/devices/system/cpu";
const NODES = "sys/devices/system/node";
const OFF = [
  ...["rx-checksumming", "tx-checksumming", "tcp-segmentation-offload"],
  ...["generic-segmentation-offload", "generic-receive-offload"],
].map((feature) => `${feature}: off\n`).join("");

/** All is well here: a card for clients, an interface for servers. */
const GOOD: Record<string, string> = {
  ...card(CARD, { driver: "vfio-pci", node: 1, group: 7 }),
  "proc/sys/kernel/osrelease": "6.1.0-18-amd64\n",
  "proc/cpuinfo": "vendor_id\t: GenuineIntel\nflags\t\t: fpu sse4_2 avx2\n",
  "proc/self/status": "Name:\tdeno\nCapEff:\t000001ffffffffff\n",
  [`${POOL}/nr_hugepages`]: "1024\n",
  [`${POOL}/free_hugepages`]: "1024\n",
  [`${CPUS}/online`]: "0-7\n",
  [`${CPUS}/isolated`]: "6-7\n",
  [`${CPUS}/cpu0/cpufreq/scaling_governor`]: "performance\n",
  [`${NODES}/node0/cpulist`]: "0-3\n",
  [`${NODES}/node1/cpulist`]: "4-7\n",
  [`${NODES}/node1/hugepages/hugepages-2048kB/nr_hugepages`]: "512\n",
  "sys/class/net/eth1/operstate": "up\n",
  "sys/class/net/eth1/mtu": "1600\n",
  "sys/class/net/eth1/flags": "0x1003\n",
  "proc/sys/net/ipv4/conf/eth1/forwarding": "0\n",
  "commands/ethtool -k eth1": OFF,
  "commands/ethtool -i eth1": "driver: veth\n",
  "commands/ip -j addr": '[{"ifname":"eth1","addr_info":[{"local":"10.0.0.9","prefixlen":24}]}]',
  "commands/ip -j route get 10.0.0.1": '[{"dst":"10.0.0.1","dev":"eth1"}]',
  "commands/ip -j route get 10.0.0.2": '[{"dst":"10.0.0.2","dev":"eth1"}]',
  "commands/ip -j neigh show":
    '[{"dst":"10.0.0.1","dev":"eth1","lladdr":"02:00:00:00:00:01","state":["REACHABLE"]},' +
    '{"dst":"10.0.0.2","dev":"eth1","lladdr":"02:00:00:00:00:02","state":["STALE"]}]',
};

const CONFIG = {
  conf: { ip4_src_address: "192.0.2.1" },
  workers: 2,
  interfaces: { front: { device: `pci:${CARD}` }, back: { device: "af_packet:eth1" } },
  vips: [{ prefix: "90.0.0.0/8", servers: [{ address: "10.0.0.1" }, { address: "10.0.0.2" }] }],
};

/** @param files Beside the good ones, or in their place; null: the file is not there. */
async function found(
  files: Record<string, string | null>,
  config: unknown = CONFIG,
): Promise<Finding[]> {
  const root = await Deno.makeTempDir({ prefix: "gw" });
  try {
    const all = Object.entries({ ...GOOD, ...files }).filter(([, text]) => text !== null);
    await plant(root, Object.fromEntries(all) as Record<string, string>);
    return await examine(new Machine(root), config === null ? null : parseConfig(config));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("on a machine that fits, every check that applies is well", async () => {
  const all = await found({});
  assert.deepEqual(all.filter(({ state }) => state !== "ok"), []);
  assert.deepEqual([...new Set(all.map(({ name }) => name))], [
    ...["kernel", "processor", "permissions", "hugepages", "iommu", "vfio", "binding"],
    ...["interfaces", "offloads", "forwarding", "cpus", "isolation", "numa", "mtu", "neighbours"],
  ]);
});

interface Row {
  what: string;
  files?: Record<string, string | null>;
  config?: unknown;
  name: string;
  state: Finding["state"];
  found: RegExp;
  type: RegExp;
}

const XDP = { ...CONFIG, interfaces: { back: { device: "af_xdp:eth1" } } };
const OTHER = "0000:01:00.1";
/** A card as it is before it is handed over, which carries the default route. */
const KERNELS = Object.fromEntries(
  Object.entries(card(CARD, { driver: "i40e", name: "eth0", node: 1, group: 7 })),
);

const ROWS: Row[] = [
  {
    what: "a kernel before 5.4, with af_xdp",
    files: { "proc/sys/kernel/osrelease": "4.19.0-26-amd64" },
    config: XDP,
    name: "kernel",
    state: "bad",
    found: /Linux 4\.19\.0-26-amd64, older than 5\.4/,
    type: /apt-get install linux-image-amd64/,
  },
  {
    what: "a processor without SSE 4.2",
    files: { "proc/cpuinfo": "flags\t\t: fpu\n" },
    name: "processor",
    state: "bad",
    found: /no sse4_2/,
    type: /cpu host/,
  },
  {
    what: "a processor without AVX2",
    files: { "proc/cpuinfo": "flags\t\t: fpu sse4_2\n" },
    name: "processor",
    state: "note",
    found: /no avx2/,
    type: /grep/,
  },
  {
    what: "an ordinary user",
    files: { "proc/self/status": "CapEff:\t0000000000000000\n" },
    name: "permissions",
    state: "warn",
    found: /missing here: CAP_IPC_LOCK, CAP_NET_RAW, CAP_NET_ADMIN/,
    type: /sudo guideway service install/,
  },
  {
    what: "no hugepages, with a card",
    files: { [`${POOL}/nr_hugepages`]: "0", [`${POOL}/free_hugepages`]: "0" },
    name: "hugepages",
    state: "bad",
    found: /0 MB are reserved, 320 MB are wanted/,
    type: /^sysctl -w vm\.nr_hugepages=160$/,
  },
  {
    what: "hugepages that a program has",
    files: { [`${POOL}/free_hugepages`]: "10" },
    name: "hugepages",
    state: "note",
    found: /2048 MB are reserved and 20 MB free/,
    type: /sysctl/,
  },
  {
    what: "no IOMMU",
    files: {
      [`sys/kernel/iommu_groups/7/devices/${CARD}/`]: null,
      [`sys/bus/pci/devices/${CARD}/iommu_group`]: null,
    },
    name: "iommu",
    state: "bad",
    found: /^off$/,
    type: /intel_iommu=on iommu=pt/,
  },
  {
    what: "vfio that goes without IOMMU",
    files: {
      [`sys/kernel/iommu_groups/7/devices/${CARD}/`]: null,
      [`sys/bus/pci/devices/${CARD}/iommu_group`]: null,
      "sys/module/vfio/parameters/enable_unsafe_noiommu_mode": "Y",
    },
    name: "iommu",
    state: "warn",
    found: /vfio goes without/,
    type: /intel_iommu=on/,
  },
  {
    what: "vfio-pci that is not loaded",
    files: { ...KERNELS, "sys/bus/pci/drivers/vfio-pci/unbind": null },
    name: "vfio",
    state: "bad",
    found: /not loaded/,
    type: /^modprobe vfio-pci$/,
  },
  {
    what: "a card that the kernel drives",
    files: KERNELS,
    name: "binding",
    state: "bad",
    found: /0000:01:00\.0 \(front\) is bound to i40e, called eth0$/,
    type: /^guideway nic bind 0000:01:00\.0$/,
  },
  {
    what: "a card that carries the default route",
    files: { ...KERNELS, "commands/ip -j -4 route show default": '[{"dev":"eth0"}]' },
    name: "binding",
    state: "bad",
    found: /called eth0 and carries: default route/,
    type: /^guideway nic bind 0000:01:00\.0 --force$/,
  },
  {
    what: "a card that is not there",
    config: { ...CONFIG, interfaces: { ...CONFIG.interfaces, x: { device: "pci:0000:09:00.0" } } },
    name: "binding",
    state: "bad",
    found: /interfaces\.x: there is no network card 0000:09:00\.0/,
    type: /^guideway nic list$/,
  },
  {
    what: "a card that shares its IOMMU group",
    files: card(OTHER, { driver: "i40e", name: "eth5", group: 7 }),
    name: "binding",
    state: "bad",
    found: /0000:01:00\.0 shares IOMMU group 7 with 0000:01:00\.1/,
    type: /^guideway nic bind 0000:01:00\.1$/,
  },
  {
    what: "an interface that is not there",
    config: { ...CONFIG, interfaces: { back: { device: "af_packet:eth8" } } },
    name: "interfaces",
    state: "bad",
    found: /there is no interface eth8/,
    type: /ip -br link/,
  },
  {
    what: "an interface that is down",
    files: { "sys/class/net/eth1/operstate": "down", "sys/class/net/eth1/flags": "0x1002" },
    name: "interfaces",
    state: "bad",
    found: /eth1 is down/,
    type: /^ip link set dev eth1 up$/,
  },
  {
    what: "an interface without a link",
    files: { "sys/class/net/eth1/operstate": "down" },
    name: "interfaces",
    state: "bad",
    found: /eth1 has no link/,
    type: /^ethtool eth1/,
  },
  {
    what: "a veth with offloads",
    files: { "commands/ethtool -k eth1": OFF.replace(/(tx-c\S+|generic-seg\S+): off/g, "$1: on") },
    name: "offloads",
    state: "warn",
    found: /eth1 is a veth with tx, gso on/,
    type: /^ethtool -K eth1 tx off gso off$/,
  },
  {
    what: "no ethtool",
    files: { "commands/ethtool -k eth1": null, "commands/ethtool -i eth1": null },
    name: "offloads",
    state: "note",
    found: /could not be asked/,
    type: /apt-get install ethtool/,
  },
  {
    what: "a kernel that forwards",
    files: { "proc/sys/net/ipv4/conf/eth1/forwarding": "1" },
    name: "forwarding",
    state: "warn",
    found: /the kernel forwards IPv4 at eth1/,
    type: /^sysctl -w net\.ipv4\.conf\.eth1\.forwarding=0$/,
  },
  {
    what: "an address of a VIP on the machine",
    files: {
      "commands/ip -j addr":
        '[{"ifname":"lo","addr_info":[{"local":"::1","prefixlen":128},{"local":"90.1.2.3","prefixlen":32}]}]',
    },
    name: "forwarding",
    state: "bad",
    found: /90\.1\.2\.3 at lo is an address of the VIP 90\.0\.0\.0\/8/,
    type: /^ip addr del 90\.1\.2\.3\/32 dev lo$/,
  },
  {
    what: "as many workers as processors",
    files: { [`${CPUS}/online`]: "0-1" },
    name: "cpus",
    state: "warn",
    found: /2 processors for 2 workers/,
    type: /workers: 1/,
  },
  {
    what: "no isolated processors",
    files: { [`${CPUS}/isolated`]: "" },
    name: "isolation",
    state: "note",
    found: /no processor is isolated/,
    type: /isolcpus=6,7 nohz_full=6,7/,
  },
  {
    what: "processors that save power",
    files: { [`${CPUS}/cpu0/cpufreq/scaling_governor`]: "powersave" },
    name: "frequency",
    state: "note",
    found: /1 processors save power/,
    type: /cpupower frequency-set -g performance/,
  },
  {
    what: "a card far from the workers",
    files: { [`${NODES}/node0/cpulist`]: "4-7", [`${NODES}/node1/cpulist`]: "0-3" },
    name: "numa",
    state: "warn",
    found: /the cards are on node 1, workers would run on processors 6,7 of another/,
    type: /CPUAffinity=0,1,2,3/,
  },
  {
    what: "no hugepages where the card is",
    files: { [`${NODES}/node1/hugepages/hugepages-2048kB/nr_hugepages`]: "0" },
    name: "numa",
    state: "warn",
    found: /no hugepages are on node 1/,
    type: /^echo 256 > \S+node1\/hugepages/,
  },
  {
    what: "an MTU that tunnels do not fit",
    files: { "sys/class/net/eth1/mtu": "1500" },
    name: "mtu",
    state: "warn",
    found: /back takes 1500 bytes; a packet of 1500 in gre4 \(90\.0\.0\.0\/8\) has 1524/,
    type: /^ip link set dev eth1 mtu 1524$/,
  },
  {
    what: "a server that does not answer ARP",
    files: {
      "commands/ip -j neigh show":
        '[{"dst":"10.0.0.1","dev":"eth1","lladdr":"02:00:00:00:00:01","state":["REACHABLE"]},' +
        '{"dst":"10.0.0.2","dev":"eth1","state":["FAILED"]}]',
    },
    name: "neighbours",
    state: "bad",
    found: /^10\.0\.0\.2 on eth1 does not answer ARP$/,
    type: /^ping -c 3 -I eth1 10\.0\.0\.2/,
  },
  {
    what: "a server that a foreign interface leads to",
    files: { "commands/ip -j route get 10.0.0.2": '[{"dst":"10.0.0.2","dev":"eth9"}]' },
    name: "neighbours",
    state: "bad",
    found: /the route to 10\.0\.0\.2 leaves by eth9, which is not an interface/,
    type: /^ip route get 10\.0\.0\.2$/,
  },
  {
    what: "a server without a route",
    files: { "commands/ip -j route get 10.0.0.2": null },
    name: "neighbours",
    state: "bad",
    found: /no route to 10\.0\.0\.2/,
    type: /^ip route add 10\.0\.0\.2 via GATEWAY/,
  },
];

for (const row of ROWS) {
  Deno.test(`the doctor finds ${row.what}, and what to type`, async () => {
    const all = await found(row.files ?? {}, row.config);
    const wrong = all.filter(({ name, state }) => name === row.name && state !== "ok");
    const [one] = wrong;
    assert.ok(one, JSON.stringify(all, null, 1));
    assert.equal(one.state, row.state);
    assert.match(one.found, row.found);
    assert.match(one.type[0]!, row.type);
    assert.notEqual(one.why, "");
  });
}

Deno.test("without a configuration the machine alone is looked at, and nothing of it is bad", async () => {
  const all = await found({ ...KERNELS, "sys/bus/pci/drivers/vfio-pci/unbind": null }, null);
  assert.deepEqual(all.filter(({ state }) => state === "bad"), []);
  assert.equal(all.find(({ name }) => name === "vfio")?.state, "note");
});

Deno.test("many servers without a next hop are ten findings and a count", async () => {
  const servers = Array.from({ length: 50 }, (_, at) => ({ address: `10.0.1.${at}` }));
  const vips = [{ prefix: "90.0.0.0/8", servers }];
  const all = (await found({}, { ...CONFIG, vips })).filter(({ name }) => name === "neighbours");
  assert.equal(all.length, 11);
  assert.match(all[10]!.found, /40 more servers have no next hop/);
});
