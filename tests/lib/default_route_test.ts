import assert from "node:assert/strict";
import { limit } from "../../lib/next_hops/answers.ts";
import type { Kernel } from "../../lib/next_hops/kernel.ts";
import { findNextHops, type Interfaces, type NextHop } from "../../lib/next_hops.ts";
import { type RouteRow, viewOf } from "./kernel_views.ts";

const NEIGHBOURS: Record<string, [string, string]> = {
  "eth1 10.0.0.1": ["REACHABLE", "02:00:00:00:00:01"],
  "eth1 fe80::1": ["REACHABLE", "02:00:00:00:00:f1"],
};

/** The kernel with such default routes; null: it has none. */
function kernel(four: RouteRow | null, six: RouteRow | null = null): Kernel & { asked: string[] } {
  const asked: string[] = [];
  const view = viewOf({
    "10.0.0.1": ["unicast", "eth1", "10.0.0.1"],
    ...four && { "0.0.0.0/0": four },
    ...six && { "::/0": six },
  }, NEIGHBOURS);
  return {
    asked,
    own: () => [],
    view(addresses) {
      asked.push(...addresses);
      return Promise.resolve(view);
    },
    resolve: () => Promise.resolve(),
  };
}

const NAT4: Interfaces = { net0: { device: "af_packet:eth1", snat: ["nat4"] } };
const BOTH: Interfaces = { net0: { device: "af_packet:eth1", snat: ["nat4", "nat6"] } };

async function ways(kernel: Kernel | null, interfaces: Interfaces) {
  const found = await findNextHops(kernel, interfaces, ["10.0.0.1"]);
  return { four: found.get("0.0.0.0/0"), six: found.get("::/0"), size: found.size };
}

function shown(next: NextHop | undefined): string | undefined {
  return next?.hop ? `${next.hop.interface} ${next.hop.mac}` : next?.reason ?? undefined;
}

const ROWS: [sentence: string, answer: RouteRow | null, expected: string][] = [
  ["its gateway", ["unicast", "eth1", "10.0.0.1"], "net0 02:00:00:00:00:01"],
  ["an IPv6 gateway", ["unicast", "eth1", "fe80::1"], "net0 02:00:00:00:00:f1"],
  ["none", null, "there is no default route of IPv4"],
  [
    "one without a gateway",
    ["unicast", "eth1", null],
    "the default route by eth1 has no gateway",
  ],
  [
    "one by another interface",
    ["unicast", "eth0", "192.0.2.1"],
    "the route to 0.0.0.0/0 leaves by eth0, which is not an interface of this configuration",
  ],
];

for (const [sentence, answer, expected] of ROWS) {
  Deno.test(`the way to clients by the default route: ${sentence}`, async () => {
    assert.equal(shown((await ways(kernel(answer), NAT4)).four), expected);
  });
}

Deno.test("each family has its own way to clients", async () => {
  const four: RouteRow = ["unicast", "eth1", "10.0.0.1"];
  const six: RouteRow = ["unicast", "eth1", "fe80::1"];
  const found = await ways(kernel(four, six), BOTH);
  assert.equal(shown(found.four), "net0 02:00:00:00:00:01");
  assert.equal(shown(found.six), "net0 02:00:00:00:00:f1");
});

Deno.test("ways to clients are only looked for where an interface takes packets back", async () => {
  const none = kernel(null);
  assert.equal((await ways(none, { net0: { device: "af_packet:eth1", snat: [] } })).size, 1);
  assert.deepEqual(none.asked, ["10.0.0.1"]);
  const six = kernel(null);
  await ways(six, { net0: { device: "af_packet:eth1", snat: ["nat6"] } });
  assert.deepEqual(six.asked, ["10.0.0.1", "::/0"]);
});

Deno.test("the fixed next hop of the only interface is the way to clients, too", async () => {
  const next_hop = { mac: "02:00:00:00:00:99" };
  const interfaces: Interfaces = { a: { device: "null", next_hop, snat: ["nat4"] } };
  for (const asked of [null, kernel(null)]) {
    assert.equal(shown((await ways(asked, interfaces)).four), "a 02:00:00:00:00:99");
  }
});

Deno.test("a route's MTU comes with the next hop", async () => {
  const mtu = async (more?: number) => {
    const view = viewOf({ "10.0.0.1": ["unicast", "eth1", "10.0.0.1", more] }, NEIGHBOURS);
    const asked: Kernel = { ...kernel(null), view: () => Promise.resolve(view) };
    const next = (await findNextHops(asked, NAT4, ["10.0.0.1"])).get("10.0.0.1");
    return next?.hop ? next.mtu : null;
  };
  assert.equal(await mtu(1400), 1400);
  assert.equal(await mtu(), undefined);
});

Deno.test("an MTU that is no limit for any packet counts as none", () => {
  assert.deepEqual(limit(1400), { mtu: 1400 });
  assert.deepEqual(limit(65_535), { mtu: 65_535 });
  assert.deepEqual(limit(65_536), {});
  assert.deepEqual(limit(undefined), {});
});
