import assert from "node:assert/strict";
import { simulate } from "../../ffi/mod.ts";
import { type Config, parseConfig } from "../../lib/config.ts";
import type { Snapshot } from "../../lib/dataplane.ts";
import { formatAddress, formatMac } from "../../lib/net.ts";
import type { NextHop } from "../../lib/next_hops.ts";
import { OFFLINE_SOURCE_MAC, offlineTables } from "../../lib/offline.ts";
import type { Port } from "../../lib/ports.ts";
import { buildSnapshot, type SnapshotInput } from "../../lib/snapshot.ts";
import { assignIds, type Ids, NO_IDS } from "../../lib/snapshot/slots.ts";
import { buildTables } from "../../lib/snapshot/tables.ts";
import { frame, mac } from "../packets/frame.ts";

const NODE = { ip4_src_address: "192.0.2.10", ip6_src_address: "2001:db8::10" };
const NET0 = { net0: { device: "null" } };
const A = { prefix: "90.1.2.1/32", encap: "nat4", servers: [{ address: "10.0.0.1" }] };
const SIX = { prefix: "2004::/16", encap: "nat6", servers: [{ address: "2001:db8::1" }] };

function config(...vips: object[]): Config {
  return parseConfig({ conf: NODE, interfaces: NET0, vips });
}

function port(name: string, index: number, mtu: number): Port {
  const info = {
    index,
    linkUp: true,
    linkMbps: 0,
    missed: 0,
    mtu,
    held: "held",
    driver: "x",
  } as const;
  return { name, device: "null", info: { ...info, mac: "02:00:00:00:00:01" } };
}

function hop(mac: string, more: { mtu?: number } = {}): NextHop {
  return { hop: { interface: "net0", mac }, reason: null, ...more };
}

function snapshot(config: Config, given: Partial<SnapshotInput> = {}, before?: Ids): Snapshot {
  const ids = assignIds(before ?? NO_IDS, config);
  return buildSnapshot({
    revision: 1,
    config,
    ids,
    tables: buildTables(config, ids, new Map()),
    ports: new Map([["net0", port("net0", 0, 1500)]]),
    nextHops: new Map(),
    own: [],
    ...given,
  });
}

/** Keys as text, a VIP's own first: `90.1.2.1/32 6/80 → 0`, the node's with a star. */
function keys({ vips, keys }: Snapshot): string[] {
  const own = vips.map((vip, at) => ({ ...vip, vip: at, node: false }));
  return [...own, ...keys].map(({ prefix, prefixLength, protocol, port, vip, node }) =>
    `${formatAddress(prefix)}/${prefixLength} ${protocol}/${port} → ${vip}${node ? " *" : ""}`
  );
}

const KEYS: [sentence: string, vips: object[], expected: string[]][] = [
  ["a VIP for all ports has its own key alone", [A], ["90.1.2.1/32 255/0 → 0"]],
  ["a VIP by protocol and port, too", [{ ...A, protocol: "udp", port: 53 }], [
    "90.1.2.1/32 17/53 → 0",
  ]],
  ["a port without a protocol is for TCP and UDP", [{ ...A, port: 53 }], [
    "90.1.2.1/32 6/53 → 0",
    "90.1.2.1/32 17/53 → 0",
  ]],
  [
    "what is UDP's by name stays UDP's",
    [{ ...A, port: 53 }, { ...A, port: 53, protocol: "udp" }],
    ["90.1.2.1/32 6/53 → 0", "90.1.2.1/32 17/53 → 1"],
  ],
  [
    "what is TCP's by name stays TCP's",
    [{ ...A, port: 53, protocol: "tcp" }, { ...A, port: 53 }],
    ["90.1.2.1/32 6/53 → 0", "90.1.2.1/32 17/53 → 1"],
  ],
  [
    "a node port leads to the VIP from the node's own address, for each protocol",
    [{ ...A, port: 3306, node_port: 30964 }],
    [
      "90.1.2.1/32 6/3306 → 0",
      "90.1.2.1/32 17/3306 → 0",
      "192.0.2.10/32 6/30964 → 0 *",
      "192.0.2.10/32 17/30964 → 0 *",
    ],
  ],
  [
    "over IPv6 it is the node's IPv6 address",
    [{ ...SIX, protocol: "tcp", port: 6306, node_port: 30966 }],
    ["2004::/16 6/6306 → 0", "2001:db8::10/128 6/30966 → 0 *"],
  ],
  [
    "the type nodeport is at the VIP's port unless one is given",
    [{ ...A, protocol: "tcp", port: 80, type: "nodeport" }],
    ["90.1.2.1/32 6/80 → 0", "192.0.2.10/32 6/80 → 0 *"],
  ],
];

for (const [sentence, vips, expected] of KEYS) {
  Deno.test(`keys: ${sentence}`, () => {
    assert.deepEqual(keys(snapshot(config(...vips))), expected);
  });
}

Deno.test("packets to both protocols and to the node port find the VIP; others of the node are left", async () => {
  await using simulation = simulate();
  const { snapshot } = offlineTables(config({ ...A, port: 3306, node_port: 30964 }));
  await simulation.commit(snapshot);
  const sent = (to: string, dport: number, protocol: "tcp" | "udp" = "tcp") => {
    const ends = { from: "203.0.113.7", to, sport: 4001, dport, protocol };
    return simulation.frames([frame(ends, { to: mac(OFFLINE_SOURCE_MAC) })])[0]!.verdict;
  };
  assert.equal(sent("90.1.2.1", 3306), "forwarded");
  assert.equal(sent("90.1.2.1", 3306, "udp"), "forwarded");
  assert.equal(sent("192.0.2.10", 30964), "forwarded");
  assert.equal(sent("192.0.2.10", 30964, "udp"), "forwarded");
  assert.equal(sent("192.0.2.10", 22), "left_not_vip");
  assert.equal(sent("90.1.2.1", 30964), "drop_no_port");
});

Deno.test("settings, and what is not set, reach the tables", () => {
  const plain = snapshot(parseConfig({ interfaces: NET0 }));
  assert.deepEqual([plain.ip4Source, plain.ip6Entropy, plain.guePort], [null, null, 6080]);
  const { interfaces } = config();
  const set = snapshot(parseConfig({
    conf: { ...NODE, ip4_entropy: "10.64.0.0/10", ip6_entropy: "100::/64", gue_port: 9886 },
    interfaces: { net0: { ...interfaces.net0, snat: ["nat6"] } },
  }));
  assert.deepEqual(set.ip4Entropy, { prefix: Uint8Array.of(10, 64, 0, 0), length: 10 });
  assert.equal(set.ip6Entropy?.length, 64);
  assert.equal(set.guePort, 9886);
  assert.deepEqual(set.ports.map(({ mtu, snat }) => [mtu, snat]), [[1500, ["nat6"]]]);
});

Deno.test("the ways to clients are hops like others", () => {
  const nextHops = new Map([
    ["10.0.0.1", hop("02:00:00:00:00:02")],
    ["0.0.0.0/0", hop("02:00:00:00:00:02")],
    ["::/0", hop("02:00:00:00:00:03")],
  ]);
  const built = snapshot(config(A), { nextHops });
  const macs = built.hops.map(({ mac }) => formatMac(mac));
  assert.deepEqual(macs[built.hop4!], "02:00:00:00:00:02");
  assert.deepEqual(macs[built.hop6!], "02:00:00:00:00:03");
  assert.equal(macs.length, 2);
  const none = snapshot(config(A));
  assert.deepEqual([none.hop4, none.hop6, none.servers[0]?.hop], [null, null, null]);
});

Deno.test("a server's MTU is that of its way, where that is known to be narrower than the link", () => {
  for (const known of [undefined, 1400]) {
    const more = known === undefined ? {} : { mtu: known };
    const built = snapshot(config(A), {
      nextHops: new Map([["10.0.0.1", hop("02:00:00:00:00:02", more)]]),
    });
    assert.equal(built.hops[0]?.mtu, 1500, "the link's own stays");
    assert.equal(built.servers[0]?.mtu, known ?? 0);
  }
});

const SENDING: [sentence: string, vip: object, expected: object][] = [
  ["a tunnel", {}, { encap: "gre4", ttl: 64, df: "copy", dscp: 0, targetPort: 0 }],
  ["a tunnel with all it can have", { encap: "gue", ttl: 9, df: "set", port: 80 }, {
    ...{ encap: "gue", ttl: 9, df: "set", dscp: 0, targetPort: 0 },
  }],
  ["l3dsr", { encap: "l3dsr", dscp: 63, port: 80 }, {
    ...{ encap: "l3dsr", ttl: 0, df: "copy", dscp: 63, targetPort: 0 },
  }],
  ["nat to a target port", { encap: "nat4", port: 80, target_port: 8080 }, {
    ...{ encap: "nat4", ttl: 0, df: "copy", dscp: 0, targetPort: 8080 },
  }],
  ["nat to the VIP's own port", { encap: "nat4", port: 80 }, {
    ...{ encap: "nat4", ttl: 0, df: "copy", dscp: 0, targetPort: 80 },
  }],
  ["nat of all ports, each to its own", { encap: "nat4" }, {
    ...{ encap: "nat4", ttl: 0, df: "copy", dscp: 0, targetPort: 0 },
  }],
];

for (const [sentence, fields, expected] of SENDING) {
  Deno.test(`how servers are sent to: ${sentence}`, () => {
    const vip = { prefix: "90.1.2.1/32", servers: A.servers, ...fields };
    const { slot, vip: id, address, mtu, hop, ...sending } = snapshot(config(vip)).servers[0]!;
    assert.deepEqual(sending, expected);
    assert.deepEqual([slot, id, formatAddress(address), mtu, hop], [1, 0, "10.0.0.1", 0, null]);
  });
}

Deno.test("the machine's own addresses are in it, of both families", () => {
  const { own } = snapshot(config(), { own: ["10.0.0.254", "2001:db8:1::fe"] });
  assert.deepEqual(own.map(formatAddress), ["10.0.0.254", "2001:db8:1::fe"]);
});
