/** What differs between two configurations. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseConfig } from "../../lib/config.ts";
import { differences } from "../../lib/config/diff.ts";

const BEFORE = {
  conf: { ip4_src_address: "192.0.2.1", timeout: 40 },
  interfaces: { net0: { device: "null" } },
  vips: [
    {
      prefix: "90.0.0.0/8",
      servers: [{ address: "10.0.0.1" }, { address: "10.0.0.2", weight: 50 }],
    },
    {
      prefix: "91.0.0.0/8",
      protocol: "tcp" as const,
      port: 80,
      servers: [{ address: "10.0.0.1" }],
    },
  ],
};

/** BEFORE after a change, against BEFORE. */
function changed(change: (config: typeof BEFORE) => unknown) {
  const after = structuredClone(BEFORE);
  change(after);
  return differences(parseConfig(BEFORE), parseConfig(after));
}

const ROWS: [sentence: string, change: (config: typeof BEFORE) => unknown, unknown[]][] = [
  ["nothing where nothing changed", () => {}, []],
  ["a setting", (config) => config.conf.timeout = 60, [
    { path: "conf.timeout", from: 40, to: 60 },
  ]],
  [
    "a setting that was not there",
    (config) => Object.assign(config.conf, { ip6_src_address: "2001:db8::1" }),
    [
      { path: "conf.ip6_src_address", from: null, to: "2001:db8::1" },
    ],
  ],
  [
    "a new interface as a whole",
    ({ interfaces }) => Object.assign(interfaces, { net1: { device: "tap:x" } }),
    [
      { path: "interfaces.net1", from: null, to: { device: "tap:x", snat: [] } },
    ],
  ],
  ["a list as a whole", ({ interfaces }) => Object.assign(interfaces.net0, { snat: ["nat4"] }), [
    { path: "interfaces.net0.snat", from: [], to: ["nat4"] },
  ]],
  [
    "a weight, by the names of VIP and server",
    ({ vips }) => Object.assign(vips[0]!.servers[1]!, { weight: 0 }),
    [
      { path: 'vips["90.0.0.0/8"].servers["10.0.0.2"].weight', from: 50, to: 0 },
    ],
  ],
  ["a server that is gone", ({ vips }) => vips[0]!.servers.pop(), [
    {
      path: 'vips["90.0.0.0/8"].servers["10.0.0.2"]',
      from: { address: "10.0.0.2", weight: 50 },
      to: null,
    },
  ]],
  ["a field that is new in a VIP", ({ vips }) => Object.assign(vips[1]!, { ttl: 9 }), [
    { path: 'vips["91.0.0.0/8 tcp/80"].ttl', from: null, to: 9 },
  ]],
  ["no other order of VIPs and servers", ({ vips }) => {
    vips.reverse();
    vips[1]!.servers.reverse();
  }, []],
];

for (const [sentence, change, expected] of ROWS) {
  Deno.test(`a diff tells ${sentence}`, () => assert.deepEqual(changed(change), expected));
}

Deno.test("a diff tells a VIP that is gone, and what it was", () => {
  const [difference, ...more] = changed(({ vips }) => vips.pop());
  assert.equal(difference?.path, 'vips["91.0.0.0/8 tcp/80"]');
  assert.equal(difference?.to, null);
  assert.deepEqual((difference?.from as { servers: unknown }).servers, [
    { address: "10.0.0.1", weight: 100 },
  ]);
  assert.deepEqual(more, []);
});

Deno.test("a diff the other way round tells the same, turned round", () => {
  const weights = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 4 });
  const vips = fc.dictionary(fc.constantFrom("1", "2", "3"), weights, { maxKeys: 3 });
  const config = (given: Record<string, number[]>) =>
    parseConfig({
      conf: { ip4_src_address: "192.0.2.1" },
      vips: Object.entries(given).map(([n, weights]) => ({
        prefix: `9${n}.0.0.0/8`,
        servers: weights.map((weight, i) => ({ address: `10.0.0.${i + 1}`, weight })),
      })),
    });
  fc.assert(fc.property(vips, vips, (a, b) => {
    const there = differences(config(a), config(b));
    const back = differences(config(b), config(a));
    const turned = back.map(({ path, from, to }) => ({ path, from: to, to: from }));
    const sorted = (list: typeof there) => list.toSorted((x, y) => x.path < y.path ? -1 : 1);
    assert.deepEqual(sorted(there), sorted(turned));
    assert.equal(there.length === 0, JSON.stringify(config(a)) === JSON.stringify(config(b)));
  }));
});
