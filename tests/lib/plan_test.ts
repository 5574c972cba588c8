import assert from "node:assert/strict";
import { type Config, parseConfig } from "../../lib/config.ts";
import { type Built, isNothing, makePlan } from "../../lib/plan.ts";
import { assignIds, NO_IDS } from "../../lib/snapshot/slots.ts";
import { buildTables } from "../../lib/snapshot/tables.ts";

const EMPTY: Built = { config: parseConfig({}), ids: NO_IDS, tables: new Map() };
const A = "90.0.0.0/8";

/** What `input` would be after `before`. */
function after(before: Built, input: unknown): Built {
  const config: Config = parseConfig(input);
  const ids = assignIds(before.ids, config);
  return { config, ids, tables: buildTables(config, ids, before.tables) };
}

function vip(weights: Record<string, number>, fields: object = {}) {
  const servers = Object.entries(weights).map(([last, weight]) => ({
    address: `10.0.0.${last}`,
    weight,
  }));
  return { conf: { ip4_src_address: "192.0.2.1" }, vips: [{ prefix: A, servers, ...fields }] };
}

function planOf(from: object, to: object) {
  const before = after(EMPTY, from);
  return makePlan(before, after(before, to));
}

Deno.test("the same configuration changes nothing, in whatever order it stands", () => {
  const before = after(EMPTY, vip({ 1: 100, 2: 50 }));
  const same = after(before, vip({ 1: 100, 2: 50 }));
  assert.ok(isNothing(makePlan(before, same)));
  assert.equal(same.tables.get(A)?.table, before.tables.get(A)?.table, "the table was rebuilt");
  const turned = structuredClone(vip({ 1: 100, 2: 50 }));
  turned.vips[0]!.servers.reverse();
  assert.ok(isNothing(makePlan(before, after(before, turned))));
});

Deno.test("VIPs that come and go are named", () => {
  const other = { ...vip({}), vips: [{ prefix: "91.0.0.0/8", protocol: "tcp", port: 80 }] };
  const plan = planOf(vip({ 1: 100 }), other);
  assert.deepEqual([plan.added, plan.removed, plan.vips], [["91.0.0.0/8 tcp/80"], [A], []]);
  assert.deepEqual(plan.settings, []);
});

Deno.test("servers that come, go and change weight are named with the slots that move", () => {
  const plan = planOf(vip({ 1: 100, 2: 100, 3: 50 }), vip({ 1: 100, 3: 100, 4: 100 }));
  const [only] = plan.vips;
  assert.deepEqual(only?.added, ["10.0.0.4"]);
  assert.deepEqual(only?.removed, ["10.0.0.2"]);
  assert.deepEqual(only?.reweighted, [{ address: "10.0.0.3", from: 50, to: 100 }]);
  assert.equal(only?.slots, 1024);
  assert.equal(only?.share, only!.slots_moved / 1024);
  assert.ok(only!.slots_moved >= 410 && only!.slots_moved < 650, String(only?.slots_moved));
});

Deno.test("one of two equal servers removed moves exactly its half", () => {
  const [only] = planOf(vip({ 1: 100, 2: 100 }), vip({ 1: 100 })).vips;
  assert.deepEqual([only?.slots_moved, only?.share], [512, 0.5]);
});

Deno.test("the first server moves every slot, and so does the last", () => {
  const [first] = planOf(vip({}), vip({ 1: 100 })).vips;
  assert.deepEqual([first?.slots_moved, first?.slots, first?.share], [1024, 1024, 1]);
  const [last] = planOf(vip({ 1: 100 }), vip({ 1: 0 })).vips;
  assert.deepEqual([last?.slots_moved, last?.slots, last?.share], [1024, 1024, 1]);
});

Deno.test("the same weights at another scale move nothing", () => {
  const [only] = planOf(vip({ 1: 100, 2: 50 }), vip({ 1: 50, 2: 25 })).vips;
  assert.equal(only?.slots_moved, 0);
  assert.equal(only?.reweighted.length, 2);
});

Deno.test("tables of different length are compared by where a hash leads", () => {
  const [single] = planOf(vip({ 1: 100 }), vip({ 1: 100 }, { new_len: 4096 })).vips;
  assert.deepEqual(single?.changed, ["new_len"]);
  assert.deepEqual([single?.slots_moved, single?.slots], [0, 4096]);
  const [pair] = planOf(vip({ 1: 1, 2: 1 }), vip({ 1: 1, 2: 1 }, { new_len: 512 })).vips;
  assert.equal(pair?.slots, 1024);
  assert.ok(pair!.slots_moved > 0 && pair!.slots_moved < 1024);
});

Deno.test("fields of a VIP that change are named", () => {
  const nat = { encap: "nat4", protocol: "tcp", port: 80 };
  const plan = (from: object, to: object) =>
    planOf(vip({ 1: 100 }, { ...nat, ...from }), vip({ 1: 100 }, { ...nat, ...to })).vips[0];
  const now = {
    type: "nodeport",
    target_port: 8080,
    node_port: 30080,
    src_ip_sticky: true,
    icmp_echo: "forward",
  };
  assert.deepEqual(plan({}, now)?.changed, Object.keys(now));
  assert.equal(plan({}, now)?.slots_moved, 0);
  assert.deepEqual(plan(now, now), undefined);
  const other = planOf(vip({ 1: 100 }, { ttl: 64 }), vip({ 1: 100 }, { df: "set" })).vips[0];
  assert.deepEqual(other?.changed, ["ttl", "df"]);
  const dsr = planOf(vip({ 1: 100 }), vip({ 1: 100 }, { encap: "l3dsr", dscp: 1 })).vips[0];
  assert.deepEqual(dsr?.changed, ["encap", "dscp"]);
});

Deno.test("settings that change are told by their paths, interfaces that come and go by name", () => {
  const from = { interfaces: { a: { device: "null" }, b: { device: "null" } } };
  const to = {
    conf: { timeout: 30, ip6_src_address: "2001:db8::1" },
    workers: 2,
    interfaces: {
      a: { device: "null", next_hop: { mac: "02:00:00:00:00:01" } },
      c: { device: "null" },
    },
  };
  const plan = planOf(from, to);
  assert.deepEqual(plan.settings.sort(), [
    "conf.ip6_src_address",
    "conf.timeout",
    "interfaces.a",
    "workers",
  ]);
  assert.deepEqual([plan.interfaces_added, plan.interfaces_removed], [["c"], ["b"]]);
});

Deno.test("only the tables of VIPs that changed are built again", () => {
  const two = (weight: number) => ({
    conf: { ip4_src_address: "192.0.2.1" },
    vips: [A, "91.0.0.0/8"].map((prefix, at) => ({
      prefix,
      servers: [{ address: "10.0.0.1", weight: at === 0 ? weight : 100 }, { address: "10.0.0.2" }],
    })),
  });
  const before = after(EMPTY, two(100));
  const now = after(before, two(10));
  assert.notEqual(now.tables.get(A), before.tables.get(A));
  assert.equal(now.tables.get("91.0.0.0/8"), before.tables.get("91.0.0.0/8"));
});
