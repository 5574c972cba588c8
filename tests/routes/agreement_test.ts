/** A known mix goes in; REST, Prometheus and `show node counters` all find every packet again. */
import assert from "node:assert/strict";
import { connectTo } from "../../lib/connect.ts";
import { show } from "../../lib/vpp/show.ts";
import { echo } from "../packets/icmp.ts";
import { be, bytes, ethernet, frame, ipv4, mac, tcp } from "../packets/frame.ts";
import { Site } from "./site.ts";

const CONFIG = {
  conf: { ip4_src_address: "192.0.2.10", buckets: 1024 },
  interfaces: {
    net0: { device: "null", next_hop: { mac: "02:00:00:00:00:09" }, snat: ["nat4"] },
  },
  vips: [
    { prefix: "90.0.0.0/8", servers: [{ address: "10.0.0.1" }] },
    {
      prefix: "91.0.0.1/32",
      protocol: "tcp",
      port: 80,
      encap: "nat4",
      target_port: 8080,
      servers: [{ address: "10.0.0.2" }],
    },
    { prefix: "92.0.0.0/8", servers: [] },
  ],
};

const CLIENT = "203.0.113.7";
const to = (address: string, port = 80) =>
  frame({ from: CLIENT, to: address, sport: 40_001, dport: port });
const packet = (address: string, more: object, protocol = 6, payload?: Uint8Array) => {
  const ends = { from: CLIENT, to: address, sport: 40_002, dport: 80 };
  return ethernet(
    ipv4({ from: CLIENT, to: address, protocol, ...more }, payload ?? tcp(ends)),
  );
};

/** How often each frame comes in, and what becomes of it. */
const MIX: [verdict: string, count: number, frame: Uint8Array][] = [
  ["forwarded", 11, to("90.0.0.1")],
  ["forwarded", 7, to("91.0.0.1")],
  ["returned", 5, frame({ from: "10.0.0.2", to: CLIENT, sport: 8080, dport: 40_001 })],
  ["answered", 3, packet("90.0.0.2", {}, 1, echo())],
  ["left_ethertype", 4, bytes(mac("02:00:00:00:00:01"), CLIENT_MAC(), be(0x0806, 2), be(0, 46))],
  ["left_not_vip", 6, to("8.8.8.8")],
  ["drop_no_port", 2, to("91.0.0.1", 81)],
  ["drop_no_server", 8, to("92.0.0.1")],
  ["drop_bad_ip4_header", 1, packet("90.0.0.1", { wrongChecksum: true })],
  ["drop_ttl_expired", 9, packet("91.0.0.1", { ttl: 1 })],
  ["held_fragment", 1, packet("90.0.0.3", { fragment: 0x0010, id: 9 })],
];

function CLIENT_MAC(): Uint8Array {
  return mac("02:aa:00:00:00:01");
}

/** Sums by verdict. */
function expected(): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [verdict, count] of MIX) sums[verdict] = (sums[verdict] ?? 0) + count;
  return sums;
}

const total = MIX.reduce((sum, [, count]) => sum + count, 0);

/** Values of a metric by its labels, as they stand in the text. */
function metric(text: string, name: string): Record<string, number> {
  const found = text.matchAll(new RegExp(`^${name}(\\{[^}]*\\})? (\\S+)$`, "gm"));
  return Object.fromEntries([...found].map(([, labels, value]) => [labels ?? "", Number(value)]));
}

async function withTraffic(act: (site: Site) => Promise<void>): Promise<void> {
  await using site = await Site.open(CONFIG);
  for (const [verdict, count, frame] of MIX) {
    for (const result of site.dataplane.frames(Array.from({ length: count }, () => frame))) {
      assert.equal(result.verdict, verdict);
    }
  }
  await act(site);
}

Deno.test("REST finds every packet again: in all, by interface, by VIP and by server", async () => {
  await withTraffic(async (site) => {
    const { body } = await site.ask("GET", "/api/v1/counters");
    const { body: catalog } = await site.ask("GET", "/api/v1/counters/catalog");
    const names: string[] = catalog.verdicts.map(({ name }: { name: string }) => name);
    const want = expected();
    for (const counters of [body.total, body.workers[0].counters, body.interfaces[0].counters]) {
      for (const name of names) assert.equal(counters[name], want[name] ?? 0, name);
      assert.equal(counters.rx_packets, total);
    }
    const [tunnel, nat, empty] = body.vips;
    assert.deepEqual([tunnel.counters.packets, tunnel.counters.answered, tunnel.flows], [11, 3, 1]);
    assert.deepEqual([tunnel.counters.first_packet, tunnel.counters.next_packet], [1, 10]);
    assert.equal(nat.counters.packets, 7);
    assert.equal(nat.counters.return_packets, 5);
    assert.equal(nat.counters.ttl_expired, 9);
    assert.equal(empty.counters.no_server, 8);
    assert.equal(nat.servers[0].counters.packets, 7);
    assert.equal(nat.servers[0].counters.return_packets, 5);
    assert.equal(nat.servers[0].counters.new_flows, nat.servers[0].counters.flows);
  });
});

Deno.test("Prometheus tells the same", async () => {
  await withTraffic(async (site) => {
    const text = await (await fetch(`${site.url}/metrics`)).text();
    for (const [name, count] of Object.entries(expected())) {
      const kind = name === "held_fragment" ? "" : "_total";
      assert.deepEqual(metric(text, `guideway_worker_${name}${kind}`), { '{worker="0"}': count });
      assert.deepEqual(metric(text, `guideway_interface_${name}${kind}`), {
        '{worker="0",interface="net0"}': count,
      });
    }
    assert.equal(metric(text, "guideway_vip_flows")['{vip="90.0.0.0/8"}'], 1);
    assert.equal(metric(text, "guideway_vip_packets_total")['{vip="90.0.0.0/8"}'], 11);
    assert.equal(
      metric(text, "guideway_server_return_packets_total")[
        '{vip="91.0.0.1/32 tcp/80",server="10.0.0.2"}'
      ],
      5,
    );
  });
});

Deno.test("show node counters tells the same, each with its sentence", async () => {
  await withTraffic(async (site) => {
    using client = connectTo({ socket: site.socket });
    const { text, value } = await show(client, "counters");
    const rows = value as { count: number; node: string; reason: string }[];
    assert.deepEqual(
      Object.fromEntries(rows.map(({ node, count }) => [node, count])),
      expected(),
    );
    for (const { count, node, reason } of rows) {
      assert.match(text, new RegExp(`^ +${count}  ${node} `, "m"));
      assert.ok(reason.length > 10 && text.includes(reason));
    }
  });
});
