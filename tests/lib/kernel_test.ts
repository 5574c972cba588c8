/** What the real kernel says of routes and neighbours, beside what `ip` of iproute2 reads in its answers. */
import assert from "node:assert/strict";
import { parseIpAnswers } from "../../lib/doctor/ip_answers.ts";
import type { Neighbour, Route } from "../../lib/next_hops/answers.ts";
import { rootTest, until } from "../e2e/lab.ts";
import { Net } from "../e2e/lab_net.ts";

const CHILD = new URL("./kernel_child.ts", import.meta.url).pathname;

interface View {
  routes: Map<string, Route>;
  neighbours: Map<string, Neighbour>;
}

/** Two hosts: `gw` by eth1 and eth2 to `peer`. */
async function twoHosts(): Promise<Net> {
  const net = await Net.open(["gw", "peer"]);
  try {
    for (const n of [1, 2]) {
      await net.link(
        { host: "gw", device: `eth${n}`, addresses: [`10.0.${n}.254/24`, `2001:db8:${n}::fe/64`] },
        { host: "peer", device: `eth${n}`, addresses: [`10.0.${n}.1/24`, `2001:db8:${n}::1/64`] },
      );
    }
    return net;
  } catch (error) {
    await net[Symbol.asyncDispose]();
    throw error;
  }
}

async function child(net: Net, args: string[], before: string[] = []): Promise<string> {
  const program = [...before, Deno.execPath(), "run", "--no-check", "-A", CHILD, ...args];
  const { code, stdout, stderr } = await net.run("gw", program[0]!, ...program.slice(1));
  assert.equal(code, 0, stderr);
  return stdout;
}

async function ask(net: Net, ...args: string[]): Promise<View> {
  const { routes, neighbours } = JSON.parse(await child(net, args));
  return { routes: new Map(routes), neighbours: new Map(neighbours) };
}

/** The same by `ip`; without neighbours that change by themselves. */
async function askIp(net: Net, addresses: string[]): Promise<View> {
  const questions = addresses.map((one) => `ip -j route get ${one} 2>/dev/null`);
  const view = parseIpAnswers(
    await net.shell("gw", [...questions, "ip -j neigh show", "true"].join("\n")),
  );
  return { routes: new Map(view.routes), neighbours: new Map(view.neighbours) };
}

rootTest("the kernel's routes and neighbours are as `ip` reads them", async () => {
  await using net = await twoHosts();
  await net.ip(
    "gw",
    "route add 10.9.0.0/16 via 10.0.1.1 mtu 1400",
    "route add 10.8.0.0/16 via inet6 fe80::1 dev eth1",
    "route add unreachable 10.7.0.0/16",
    "route add blackhole 10.6.0.0/16",
    "route add prohibit 10.5.0.0/16",
    "route add 2001:db8:9::/48 via fe80::1 dev eth2 mtu 1300",
    "route add unreachable 2001:db8:7::/48",
    "neigh add 10.0.1.7 lladdr 02:00:00:00:00:07 dev eth1 nud permanent",
    "neigh add 10.0.2.7 lladdr 02:00:00:00:00:27 dev eth2 nud permanent",
    "neigh add fe80::1 lladdr 02:00:00:00:00:f1 dev eth2 nud permanent",
  );
  const addresses = [
    ...["10.0.1.7", "10.0.2.7", "10.9.1.1", "10.8.1.1", "10.7.1.1", "10.6.1.1", "10.5.1.1"],
    ...["10.0.1.254", "10.0.1.255", "224.0.0.5", "99.0.0.1", "127.0.0.1"],
    ...["2001:db8:1::7", "2001:db8:9::1", "2001:db8:7::1", "2001:db8:1::fe", "ff02::1", "3000::1"],
  ];
  const found = await ask(net, "view", ...addresses);
  const known = await askIp(net, addresses);
  assert.deepEqual(found.routes, known.routes);
  assert.equal(found.routes.size, 11);
  for (const key of ["eth1 10.0.1.7", "eth2 10.0.2.7", "eth2 fe80::1"]) {
    assert.deepEqual(found.neighbours.get(key), known.neighbours.get(key), key);
    assert.equal(found.neighbours.get(key)?.state, "PERMANENT");
  }
  assert.deepEqual(found.routes.get("10.9.1.1"), {
    type: "unicast",
    dev: "eth1",
    via: "10.0.1.1",
    mtu: 1400,
  });
  assert.equal(found.routes.get("10.8.1.1")?.via, "fe80::1");
});

rootTest(
  "of default routes the one with the least metric counts, of equal ways the first",
  async () => {
    await using net = await twoHosts();
    const both = async () => {
      const { routes } = await ask(net, "view", "0.0.0.0/0", "::/0");
      return [routes.get("0.0.0.0/0"), routes.get("::/0")].map((one) =>
        one && `${one.type} ${one.dev} ${one.via}`
      );
    };
    assert.deepEqual(await both(), [undefined, undefined]);
    await net.ip(
      "gw",
      "route add default via 10.0.1.1 metric 200",
      "route add default via 10.0.2.1 metric 100",
      "route add default via 2001:db8:1::1 metric 2000",
      "route add default via 2001:db8:2::1 metric 1500",
      "route add default via 10.0.1.9 table 77",
      "route add default via 10.0.1.8 tos 0x10 metric 1",
    );
    assert.deepEqual(await both(), ["unicast eth2 10.0.2.1", "unicast eth2 2001:db8:2::1"]);
    await net.ip(
      "gw",
      "route add default metric 50 nexthop via 10.0.1.1 dev eth1 nexthop via 10.0.2.1 dev eth2",
      "route add default metric 500 nexthop via 2001:db8:1::1 dev eth1 nexthop via 2001:db8:2::1 dev eth2",
    );
    assert.deepEqual(await both(), ["unicast eth1 10.0.1.1", "unicast eth1 2001:db8:1::1"]);
  },
);

rootTest("10,000 addresses are asked for at once, and each has its own answer", async () => {
  await using net = await twoHosts();
  await net.ip("gw", "route add 10.40.0.0/16 via 10.0.1.1", "route add 10.41.0.0/16 via 10.0.2.1");
  const { routes } = await ask(net, "many");
  assert.equal(routes.size, 10_000);
  for (const [address, { dev, via }] of routes) {
    assert.equal(`${dev} ${via}`, address.startsWith("10.40.") ? "eth1 10.0.1.1" : "eth2 10.0.2.1");
  }
});

for (
  const [how, before] of [
    ["", []],
    [", also without privilege", ["setpriv", "--bounding-set=-net_admin"]],
  ] as const
) {
  rootTest(`the kernel looks for neighbours when it is told to${how}`, async () => {
    await using net = await twoHosts();
    const local = (await net.shell("peer", "ip -j -6 addr show dev eth1 scope link")).match(
      /fe80::[0-9a-f:]+/,
    )?.[0];
    assert.ok(local);
    const wanted = ["10.0.1.1", "2001:db8:1::1", local];
    await net.shell("gw", "ip neigh flush all");
    const mac = (await net.shell("peer", "cat /sys/class/net/eth1/address")).trim();
    await child(net, ["resolve", ...wanted], [...before]);
    await until("the neighbours", 10, async () => {
      const { neighbours } = await ask(net, "view");
      return wanted.every((address) => neighbours.get(`eth1 ${address}`)?.mac === mac);
    });
  });
}
