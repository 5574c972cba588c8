import assert from "node:assert/strict";
import { type KernelView, parseAnswers } from "../../lib/next_hops/answers.ts";
import type { Kernel } from "../../lib/next_hops/kernel.ts";
import { findNextHops, type Interfaces, type NextHop } from "../../lib/next_hops.ts";

const NEIGHBOURS = `[
  {"dst":"10.0.0.1","dev":"eth1","lladdr":"02:00:00:00:00:01","state":["REACHABLE"]},
  {"dst":"10.0.0.2","dev":"eth1","lladdr":"02:00:00:00:00:02","state":["REACHABLE"]},
  {"dst":"fe80::1","dev":"eth1","lladdr":"02:00:00:00:00:f1","state":["REACHABLE"]}
]`.replaceAll("\n", "");

/** The kernel with such default routes, as `ip -json route show default` of iproute2 6.1 prints them. */
function kernel(four: string, six = "[]"): Kernel & { asked: string[] } {
  const asked: string[] = [];
  const view: KernelView = parseAnswers(
    `[{"dst":"10.0.0.1","dev":"eth1"}]\n${four}\n${NEIGHBOURS}`,
  );
  const routes = new Map([...view.routes, ...parseAnswers(six, 6).routes]);
  return {
    asked,
    own: () => [],
    view(addresses) {
      asked.push(...addresses);
      return Promise.resolve({ ...view, routes });
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

const ROWS: [sentence: string, answer: string, expected: string][] = [
  [
    "its gateway",
    `[{"dst":"default","gateway":"10.0.0.1","dev":"eth1","flags":[]}]`,
    "net0 02:00:00:00:00:01",
  ],
  [
    "the best of two",
    `[{"dst":"default","gateway":"10.0.0.2","dev":"eth1","metric":100,"flags":[]},` +
    `{"dst":"default","gateway":"10.0.0.1","dev":"eth1","metric":200,"flags":[]}]`,
    "net0 02:00:00:00:00:02",
  ],
  [
    "the first of equal ways",
    `[{"dst":"default","flags":[],"nexthops":[` +
    `{"gateway":"10.0.0.2","dev":"eth1","weight":1,"flags":[]},` +
    `{"gateway":"10.1.0.1","dev":"eth3","weight":2,"flags":[]}]}]`,
    "net0 02:00:00:00:00:02",
  ],
  [
    "an IPv6 gateway",
    `[{"dst":"default","via":{"family":"inet6","host":"fe80::1"},"dev":"eth1","flags":[]}]`,
    "net0 02:00:00:00:00:f1",
  ],
  ["none", "[]", "there is no default route of IPv4"],
  [
    "one that refuses",
    `[{"type":"unreachable","dst":"default","flags":[]}]`,
    "there is no default route of IPv4",
  ],
  [
    "one without a gateway",
    `[{"dst":"default","dev":"eth1","scope":"link","flags":[]}]`,
    "the default route by eth1 has no gateway",
  ],
  [
    "one by another interface",
    `[{"dst":"default","gateway":"192.0.2.1","dev":"eth0","flags":[]}]`,
    "the route to 0.0.0.0/0 leaves by eth0, which is not an interface of this configuration",
  ],
];

for (const [sentence, answer, expected] of ROWS) {
  Deno.test(`the way to clients by the default route: ${sentence}`, async () => {
    assert.equal(shown((await ways(kernel(answer), NAT4)).four), expected);
  });
}

Deno.test("each family has its own way to clients", async () => {
  const four = `[{"dst":"default","gateway":"10.0.0.1","dev":"eth1","flags":[]}]`;
  const six =
    `[{"dst":"default","gateway":"fe80::1","dev":"eth1","metric":10,"flags":[],"pref":"medium"}]`;
  const found = await ways(kernel(four, six), BOTH);
  assert.equal(shown(found.four), "net0 02:00:00:00:00:01");
  assert.equal(shown(found.six), "net0 02:00:00:00:00:f1");
});

Deno.test("ways to clients are only looked for where an interface takes packets back", async () => {
  const none = kernel("[]");
  assert.equal((await ways(none, { net0: { device: "af_packet:eth1", snat: [] } })).size, 1);
  assert.deepEqual(none.asked, ["10.0.0.1"]);
  const six = kernel("[]");
  await ways(six, { net0: { device: "af_packet:eth1", snat: ["nat6"] } });
  assert.deepEqual(six.asked, ["10.0.0.1", "::/0"]);
});

Deno.test("the fixed next hop of the only interface is the way to clients, too", async () => {
  const next_hop = { mac: "02:00:00:00:00:99" };
  const interfaces: Interfaces = { a: { device: "null", next_hop, snat: ["nat4"] } };
  for (const asked of [null, kernel("[]")]) {
    assert.equal(shown((await ways(asked, interfaces)).four), "a 02:00:00:00:00:99");
  }
});

Deno.test("a route's MTU comes with the next hop", async () => {
  const answer = (metrics: string) => `[{"dst":"10.0.0.1","dev":"eth1"${metrics}}]\n${NEIGHBOURS}`;
  const mtu = async (metrics: string) => {
    const view = parseAnswers(answer(metrics));
    const asked: Kernel = {
      own: () => [],
      view: () => Promise.resolve(view),
      resolve: () => Promise.resolve(),
    };
    const next = (await findNextHops(asked, NAT4, ["10.0.0.1"])).get("10.0.0.1");
    return next?.hop ? next.mtu : null;
  };
  assert.equal(await mtu(`,"metrics":[{"mtu":1400}]`), 1400);
  assert.equal(await mtu(`,"metrics":[{"advmss":1000},{"mtu":1400}]`), 1400);
  assert.equal(await mtu(`,"metrics":[{"mtu":65536}]`), undefined, "no limit for any packet");
  assert.equal(await mtu(""), undefined);
});
