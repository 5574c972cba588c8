/**
 * The cases of the test-suite of VPP's load-balancer plugin: 100 packets, 5 servers, each of which gets 10 packets or
 * more. Where that suite asserts nothing (TTL, checksums, source), this one asserts everything.
 */
import assert from "node:assert/strict";
import type { Change } from "../../lib/change.ts";
import { parseConfig } from "../../lib/config.ts";
import type { Encap, FrameResult, Simulation, Snapshot } from "../../lib/dataplane.ts";
import { withController } from "../lib/controllers.ts";
import { tunneled } from "./expected/tunneled.ts";
import { toHop } from "./expected/link.ts";
import { type Bytes, ethernet } from "./frame.ts";
import { type Flow, type Said, udpPacket } from "./people.ts";
import { hex } from "./table.ts";
import { tablesOf, type VipGiven } from "./tables.ts";
import { steeringTest } from "./traffic.ts";

const COUNT = 100;
const PREFIX = { 4: "90.0.0.0/8", 6: "2001::/16" };
const SERVERS = {
  4: [0, 1, 2, 3, 4].map((n) => `10.0.0.${n}`),
  6: [0, 1, 2, 3, 4].map((n) => `2002::${n}`),
};
const SOURCES = { source4: "39.40.41.42", source6: "2004::1" };

/** Ends of packet `i`: every one has another client, another address of the VIP and another port. */
function endsOf(family: 4 | 6, i: number, dport = 20_000): Flow {
  const from = family === 4 ? `40.0.0.${i}` : `fd00:f00d:ffff::${i.toString(16)}`;
  const to = family === 4 ? `90.0.0.${i}` : `2001::${i.toString(16)}`;
  return { from, to, sport: 10_000 + i, dport };
}

/** Payload that makes frames of 128 bytes. */
function filling(family: 4 | 6): Bytes {
  const text = new TextEncoder().encode("info on packet, and then some ");
  const length = 128 - 14 - (family === 4 ? 20 : 40) - 8;
  return Uint8Array.from({ length }, (_, i) => text[i % text.length]!);
}

const packetOf = (family: 4 | 6, ends: Flow, said: Said = {}) =>
  udpPacket(ends, said, filling(family));

function vipOf(family: 4 | 6, encap: Encap, more: Partial<VipGiven> = {}): VipGiven {
  const servers = SERVERS[["gre6", "nat6"].includes(encap) ? 6 : 4];
  return { prefix: PREFIX[family], encap, servers, ...more };
}

/** Each server has at least a tenth of the packets. */
function assertBalance(results: FrameResult[], servers: number[]): void {
  for (const slot of servers) {
    const share = results.filter(({ server }) => server === slot).length;
    assert.ok(share >= COUNT / (servers.length * 2), `server ${slot} has ${share} of ${COUNT}`);
  }
}

/** Sends the 100 packets; all must leave as `expected` says, to five servers alike. */
function assertSuite(
  simulation: Simulation,
  tables: Snapshot,
  family: 4 | 6,
  expected: (ends: Flow, result: FrameResult) => Uint8Array,
): FrameResult[] {
  const ends = Array.from({ length: COUNT }, (_, i) => endsOf(family, i));
  const frames = ends.map((each) => ethernet(packetOf(family, each)));
  assert.ok(frames.every(({ length }) => length === 128));
  const results = simulation.frames(frames);
  for (const [i, result] of results.entries()) {
    assert.equal(result.verdict, "forwarded");
    assert.equal(hex(result.output!), hex(expected(ends[i]!, result)));
    assert.deepEqual(result.made, []);
  }
  assertBalance(results, tables.servers.map(({ slot }) => slot).slice(-5));
  return results;
}

function suiteTest(
  name: string,
  family: 4 | 6,
  vips: VipGiven[],
  expected: (ends: Flow, result: FrameResult, tables: Snapshot) => Uint8Array,
): void {
  const tables = tablesOf(vips, SOURCES);
  steeringTest(`VPP's own case: ${name}`, tables, (simulation) => {
    assertSuite(simulation, tables, family, (ends, result) => expected(ends, result, tables));
  });
}

/** The server's address as the suite has it. */
function serverOf(tables: Snapshot, { server }: FrameResult): string {
  const { address } = tables.servers.find(({ slot }) => slot === server)!;
  return address.length === 4 ? address.join(".") : `2002::${address[15]}`;
}

const PORT = { protocol: 17, port: 20_000 };
for (const family of [4, 6] as const) {
  for (const encap of ["gre4", "gre6"] as const) {
    for (const [name, more] of [["", {}], ["_port", PORT]] as const) {
      suiteTest(
        `test_lb_ip${family}_${encap}${name}`,
        family,
        [vipOf(family, encap, more)],
        (ends, result, tables) => tunneled(packetOf(family, ends), tables, result)[0]!,
      );
    }
  }
}

const DSCP = 7;
const marked = (ends: Flow, result: FrameResult, tables: Snapshot) =>
  toHop(packetOf(4, { ...ends, to: serverOf(tables, result) }, { tos: DSCP << 2, ttl: 63 }));
const dsr = (more: Partial<VipGiven> = {}) => vipOf(4, "l3dsr", { dscp: DSCP, ...more });
suiteTest("test_lb_ip4_l3dsr", 4, [dsr()], marked);
suiteTest("test_lb_ip4_l3dsr_port", 4, [dsr(PORT)], marked);
suiteTest("test_lb_ip4_l3dsr_src_ip_sticky", 4, [dsr({ sticky: true })], marked);
suiteTest("test_lb_ip4_l3dsr_port_src_ip_sticky", 4, [
  dsr({ protocol: 17, port: 10_000 }),
  dsr({ ...PORT, sticky: true }),
], marked);

for (const more of [{}, PORT]) {
  const name = "port" in more ? "by port" : "of all ports";
  steeringTest(
    `VPP's own case, in earnest: packets of one client to a sticky VIP ${name} go to one server`,
    tablesOf([dsr({ ...more, sticky: true })], SOURCES),
    (simulation) => {
      const of = (i: number, n: number) => ({
        ...endsOf(4, i),
        sport: 5000 + n,
        to: `90.0.1.${n}`,
      });
      for (let i = 0; i < 50; i++) {
        const frames = [1, 2, 3].map((n) => ethernet(packetOf(4, of(i, n))));
        assert.equal(new Set(simulation.frames(frames).map(({ server }) => server)).size, 1);
      }
    },
  );
}

for (const [family, encap] of [[4, "nat4"], [6, "nat6"]] as const) {
  const vip = vipOf(family, encap, { ...PORT, targetPort: 3307 });
  suiteTest(`test_lb_ip${family}_${encap}_port`, family, [vip], (ends, result, tables) => {
    const there = { ...ends, to: serverOf(tables, result), dport: 3307 };
    return toHop(packetOf(family, there, { ttl: 63 }));
  });
}

/** The suite's configuration, without VIPs. */
const config = () =>
  parseConfig({
    conf: { ip4_src_address: "39.40.41.42", ip6_src_address: "2004::1" },
    interfaces: { net0: { device: "null", next_hop: { mac: "02:00:00:00:00:09" } } },
    vips: [],
  });

function controlTest(
  name: string,
  act: (
    apply: (change: Change) => Promise<unknown>,
    parts: Parameters<Parameters<typeof withController>[0]>[0],
  ) => Promise<void>,
): void {
  Deno.test(`VPP's own case: ${name}`, () =>
    withController(
      (parts) => act((change) => parts.controller.apply(change), parts),
      { config: config() },
    ));
}

controlTest("test_lb_conf_get", (_, { controller }) => {
  const { conf } = controller.config();
  assert.equal(conf.ip4_src_address, "39.40.41.42");
  assert.equal(conf.ip6_src_address, "2004::1");
  assert.deepEqual([conf.buckets, conf.timeout], [config().conf.buckets, 40]);
  return Promise.resolve();
});

controlTest("test_lb_as_set_weight", async (apply, { controller }) => {
  const name = "192.0.2.0/24";
  const addresses = [1, 2, 3, 4].map((n) => `10.0.0.${n}`);
  const slots = () => controller.vip(name).servers.map((server) => server.slots);
  const weight = (n: number, weight: number) =>
    apply({ kind: "server.weight", vip: name, address: `10.0.0.${n}`, weight });
  const vip = { prefix: name, encap: "gre4", new_len: 1024 };
  await apply({
    kind: "vip.add",
    vip: { ...vip, servers: addresses.map((address) => ({ address })) },
  });
  assert.deepEqual(slots(), [256, 256, 256, 256]);
  await weight(1, 50);
  const [half, ...rest] = slots();
  assert.ok(
    Math.abs(half! - 1024 / 7) <= 2 && rest.every((n) => Math.abs(n - 2048 / 7) <= 2),
    slots().join(),
  );
  await weight(2, 0);
  const drained = slots();
  assert.equal(drained[1], 0);
  assert.equal(drained.reduce((sum, n) => sum + n), 1024);
  await apply({ kind: "server.add", vip: name, server: { address: "10.0.0.5", weight: 0 } });
  assert.deepEqual(slots(), [...drained, 0], "a server without a weight moves nothing");
  await weight(5, 50);
  assert.ok(slots()[4]! > 0 && slots()[1] === 0);
  await weight(1, 0);
  assert.equal(slots()[0], 0);
  await weight(3, 0);
  await apply({ kind: "server.flush", vip: name, address: "10.0.0.3" });
  assert.deepEqual([slots()[2], slots()[3]! + slots()[4]!], [0, 1024]);
  await weight(4, 100);
  assert.ok(slots()[3]! > 0);
});

for (
  const [name, encap] of [["test_lb_ip4_gre4_vip_api", "gre4"], [
    "test_lb_ip4_gre6_vip_v2_api",
    "gre6",
  ]] as const
) {
  controlTest(name, async (apply, { controller }) => {
    await apply({
      kind: "vip.add",
      vip: { prefix: "90.0.0.0/8", encap, protocol: "tcp", port: 8298 },
    });
    const vips = controller.vips().vips.map((
      { prefix, encap, protocol, port },
    ) => [prefix, encap, protocol, port]);
    assert.deepEqual(vips, [["90.0.0.0/8", encap, "tcp", 8298]]);
  });
}

for (const family of [4, 6] as const) {
  controlTest(`test_lb_ip${family}_gre4_as_api`, async (apply, { controller, simulation }) => {
    const prefix = PREFIX[family];
    await apply({ kind: "vip.add", vip: { prefix, encap: "gre4" } });
    for (const n of [1, 2, 3]) {
      await apply({ kind: "server.add", vip: prefix, server: { address: `10.0.0.${n}` } });
    }
    simulation.frames(
      Array.from({ length: 100 }, (_, i) => ethernet(packetOf(family, endsOf(family, i)))),
    );
    await apply({ kind: "server.remove", vip: prefix, address: "10.0.0.1", flush: true });
    const left = controller.vip(prefix).servers.map(({ address }) => address);
    assert.deepEqual(left, ["10.0.0.2", "10.0.0.3"]);
  });
}

controlTest("test_lb_as_dump_port_filter", async (apply, { controller }) => {
  for (const [port, address] of [[80, "10.0.0.1"], [443, "10.0.0.2"]] as const) {
    const vip = { prefix: PREFIX[6], encap: "gre4", protocol: "tcp", port, servers: [{ address }] };
    await apply({ kind: "vip.add", vip });
  }
  const servers = (name: string) => controller.vip(name).servers.map(({ address }) => address);
  assert.equal(controller.vips().vips.flatMap((vip) => vip.servers).length, 2);
  assert.deepEqual(servers("2001::/16 tcp/80"), ["10.0.0.1"]);
  assert.deepEqual(servers("2001::/16 tcp/443"), ["10.0.0.2"]);
});
