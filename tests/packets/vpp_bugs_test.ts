/** What VPP's load-balancer plugin gets wrong with packets is right here: a test for each, by the bug's name. */
import assert from "node:assert/strict";
import type { FrameResult } from "../../lib/dataplane.ts";
import { SOURCE4, toHop } from "./expected/link.ts";
import { ethernet, extension, ipv4, ipv6, tcp, udp } from "./frame.ts";
import { quoteOf, tooBig } from "./icmp.ts";
import { fragmentsOf } from "./model/pieces.ts";
import {
  assertBack,
  assertStays,
  assertThere,
  between,
  CLIENTS,
  fromClient,
  pass,
} from "./nat_bed.ts";
import {
  asked,
  bareUdpPacket,
  FOUR,
  packet,
  SIX,
  spoiled,
  tcpPacket,
  turned,
  udpPacket,
} from "./people.ts";
import { hex } from "./table.ts";
import { tablesOf, type VipGiven } from "./tables.ts";
import { counters, flow, flows, send, steeringTest, takers, vipCounters } from "./traffic.ts";

const ENDS = asked(FOUR);
const LEFT = { ttl: 63 };
const SERVERS = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"];

function vip(more: Partial<VipGiven> = {}): VipGiven {
  return { prefix: FOUR.prefix, servers: SERVERS, ...more };
}

/** A test by the name of a bug: what is asserted is that it is not there. */
function bug(
  name: string,
  ...rest: [Parameters<typeof steeringTest>[1], Parameters<typeof steeringTest>[2]]
) {
  steeringTest(`VPP's bug is absent: ${name}`, ...rest);
}

const outerTos = ({ output }: FrameResult) => output![15];
const verdicts = (results: FrameResult[]) => results.map(({ verdict }) => verdict);

bug(
  "gre4 sends a stale byte as TOS",
  tablesOf([vip(), { prefix: "91.0.0.0/8", encap: "gre6", servers: ["2001:db8:6666::6666"] }]),
  (sim) => {
    send(sim, flows(100, "91.0.0.1"));
    const tos = [0, 0x28, 0xb8].map((tos) =>
      sim.frames([ethernet(tcpPacket(ENDS, { tos }))]).map(outerTos)[0]
    );
    assert.deepEqual(tos, [0, 0x28, 0xb8]);
  },
);
bug("gre4 sends stale bytes as id and fragment offset", tablesOf([vip()]), (sim) => {
  send(sim, flows(50));
  const [result] = sim.frames([ethernet(tcpPacket(ENDS, { fragment: 0x4000, id: 77 }))]);
  assert.equal(hex(result!.output!.subarray(18, 22)), "00 00 40 00");
});
bug("the outer header tells nothing of the inner don't-fragment", tablesOf([vip()]), (sim) => {
  const flags = [0, 0x4000].map((fragment) =>
    sim.frames([ethernet(tcpPacket(ENDS, { fragment }))])[0]!.output![20]
  );
  assert.deepEqual(flags, [0, 0x40]);
});

const dsr = tablesOf([vip({ encap: "l3dsr", dscp: 7, servers: ["10.0.0.1"] })]);
/** The packet becomes the other one on its way to 10.0.0.1. */
function becomes(packet: Uint8Array, other: Uint8Array): Parameters<typeof steeringTest>[2] {
  return (sim) => {
    const [result] = sim.frames([ethernet(packet)]);
    assert.equal(hex(result!.output!), hex(toHop(other)));
  };
}
const there = { ...ENDS, to: "10.0.0.1" };
const marked = { tos: 7 << 2, ttl: 63 };
bug(
  "l3dsr loses the ECN bits",
  dsr,
  becomes(tcpPacket(ENDS, { tos: 3 }), tcpPacket(there, { ...marked, tos: 7 << 2 | 3 })),
);
bug(
  "l3dsr makes a checksum for UDP that has none",
  dsr,
  becomes(bareUdpPacket(ENDS), bareUdpPacket(there, marked)),
);
bug(
  "l3dsr gives a corrupted packet a right checksum",
  dsr,
  becomes(spoiled(udpPacket(ENDS), 26), spoiled(udpPacket(there, marked), 26)),
);
bug(
  "l3dsr rewrites two bytes of every protocol's L4 header",
  dsr,
  becomes(
    packet(ENDS, 132, new Uint8Array(40).fill(0xa5)),
    packet(there, 132, new Uint8Array(40).fill(0xa5), marked),
  ),
);

const nat = { encap: "nat4" as const, servers: [FOUR.server] };
const ported = vip({ ...nat, protocol: 17, port: 80, targetPort: 8080 });
const inside = { ...ENDS, to: FOUR.server, dport: 8080 };
bug(
  "nat4 leaves the port out of the UDP checksum",
  between([ported]),
  (sim) => assertThere(sim, udpPacket(ENDS), udpPacket(inside, LEFT)),
);
bug(
  "nat4 makes garbage of a UDP checksum of 0",
  between([ported]),
  (sim) => assertThere(sim, bareUdpPacket(ENDS), bareUdpPacket(inside, LEFT)),
);
bug(
  "nat4 drops TCP",
  between([vip({ ...nat, protocol: 6, port: 80, targetPort: 8080 })]),
  (sim) => {
    assertThere(sim, tcpPacket(ENDS), tcpPacket(inside, LEFT));
    assertBack(sim, tcpPacket(turned(inside)), tcpPacket(turned(ENDS), LEFT));
  },
);
bug("nat4's replies have a byte-swapped source port", between([ported]), (sim) => {
  assertThere(sim, udpPacket(ENDS), udpPacket(inside, LEFT));
  assertBack(sim, udpPacket(turned(inside)), udpPacket(turned(ENDS), LEFT));
});
bug("an interface for replies drops everything else", between([ported]), (sim) => {
  assertStays(
    sim,
    tcpPacket({ from: FOUR.server, to: FOUR.client, sport: 22, dport: 5 }),
    "left_not_vip",
  );
  assertStays(
    sim,
    udpPacket({ from: "10.9.9.9", to: FOUR.client, sport: 53, dport: 5 }),
    "left_not_vip",
  );
});
bug("a good translation is counted as an error", between([ported]), (sim) => {
  assertThere(sim, udpPacket(ENDS), udpPacket(inside, LEFT));
  assertBack(sim, udpPacket(turned(inside)), udpPacket(turned(ENDS), LEFT));
  const { forwarded, returned, rx_packets } = counters(sim);
  assert.deepEqual([forwarded, returned, rx_packets], [1, 1, 2]);
});
bug(
  "two VIPs that share a server and target port answer as the last one",
  between([
    ported,
    vip({ ...nat, prefix: "91.0.0.0/8", protocol: 17, port: 53, targetPort: 8080 }),
  ]),
  (sim) => {
    const second = { ...ENDS, to: "91.1.1.1", dport: 53, sport: 7 };
    for (const ends of [ENDS, second]) {
      const server = { ...ends, to: FOUR.server, dport: 8080 };
      assertThere(sim, udpPacket(ends), udpPacket(server, LEFT));
    }
    for (const ends of [ENDS, second]) {
      const server = { ...ends, to: FOUR.server, dport: 8080 };
      assertBack(sim, udpPacket(turned(server)), udpPacket(turned(ends), LEFT));
    }
  },
);
bug("nat4 of all ports is accepted and useless", between([vip(nat)]), (sim) => {
  assertThere(sim, tcpPacket(ENDS), tcpPacket({ ...inside, dport: 80 }, LEFT));
});
bug(
  "a packet to the node port vanishes",
  between([vip({ ...nat, port: 80, nodePort: 30_000 })]),
  (sim) => {
    const node = { ...ENDS, to: SOURCE4, dport: 30_000 };
    const server = { ...node, to: FOUR.server, dport: 80 };
    assertThere(sim, udpPacket(node), udpPacket(server, LEFT));
    assertBack(sim, udpPacket(turned(server)), udpPacket(turned(node), LEFT));
  },
);
bug(
  "a node port is served at the VIP's own address",
  between([vip({ ...nat, port: 80, nodePort: 30_000 })]),
  (sim) => {
    const wrong = fromClient(udpPacket({ ...ENDS, dport: 30_000 }));
    assert.equal(pass(sim, wrong, CLIENTS).verdict, "drop_no_port");
  },
);

bug(
  "packets without a server use up the table",
  tablesOf([vip({ servers: [] })], { buckets: 1 }),
  (sim) => {
    assert.ok(sim.frames(flows(100)).every(({ verdict }) => verdict === "drop_no_server"));
    assert.equal(sim.tableUse().flows, 0);
    assert.equal(vipCounters(sim, 0).no_server, 100, "and each is counted as such");
  },
);
bug(
  "a flow that began without a server stays unremembered for ever",
  tablesOf([vip({ servers: [] })]),
  async (sim) => {
    sim.frames(Array.from({ length: 10 }, () => flow(1)));
    await sim.commit(tablesOf([vip()]));
    const results = send(sim, [flow(1), flow(1)]);
    assert.deepEqual(results.map(({ decided }) => decided), ["table", "flow"]);
    assert.equal(counters(sim).untracked_packet, 0);
  },
);
bug(
  "a packet without a server is rewritten all the same",
  tablesOf([vip({ encap: "nat4", servers: [] })]),
  (sim) => {
    const frame = flow(1);
    const before = frame.slice();
    const [result] = sim.frames([frame]);
    assert.equal(result!.output, null);
    assert.deepEqual(frame, before);
  },
);
bug(
  "packets to a port that is no VIP's use up the table, uncounted",
  tablesOf([vip({ protocol: 17, port: 80 })], { buckets: 1 }),
  (sim) => {
    const others = Array.from(
      { length: 20 },
      (_, i) => ethernet(udpPacket({ ...ENDS, sport: i, dport: 81 })),
    );
    assert.ok(verdicts(sim.frames(others)).every((verdict) => verdict === "drop_no_port"));
    assert.equal(counters(sim).drop_no_port, 20);
    assert.equal(sim.tableUse().flows, 0);
    assert.equal(sim.frames([ethernet(udpPacket(ENDS))])[0]?.tracked, true);
  },
);
bug(
  "places of flushed flows cannot be used until their time is over",
  tablesOf([vip()], { buckets: 1 }),
  async (sim) => {
    send(sim, flows(6));
    const flushed = SERVERS.map((address, i) => ({ address, slot: 100 + i }));
    await sim.commit(tablesOf([vip({ servers: flushed })], { buckets: 1 }));
    assert.ok(send(sim, flows(6, "90.9.9.9")).every(({ tracked }) => tracked));
  },
);
bug("an expired flow is counted until another one needs its place", tablesOf([vip()]), (sim) => {
  send(sim, flows(100));
  sim.setClock(41);
  assert.equal(sim.tableUse().flows, 0);
});
bug("another number of buckets loses all flows", tablesOf([vip()]), async (sim) => {
  const before = takers(send(sim, flows(500)));
  await sim.commit(
    tablesOf([vip({ servers: SERVERS.map((address, i) => ({ address, weight: 1 + i })) })], {
      buckets: 4096,
    }),
  );
  assert.deepEqual(takers(send(sim, flows(500))), before);
});
bug("1,024 buckets do not hold 600 flows", tablesOf([vip()]), (sim) => {
  assert.ok(send(sim, flows(600)).every(({ tracked }) => tracked));
});
bug("a flow of UDP and one of TCP with the same ends are one", tablesOf([vip()]), (sim) => {
  const results = sim.frames([ethernet(tcpPacket(ENDS)), ethernet(udpPacket(ENDS))]);
  assert.deepEqual(results.map(({ decided }) => decided), ["table", "table"]);
  assert.notEqual(results[0]!.hash, results[1]!.hash);
});
bug(
  "weights count for nothing once their sum exceeds the table",
  tablesOf([vip({
    size: 1024,
    servers: Array.from(
      { length: 20 },
      (_, i) => ({ address: `10.0.1.${i + 1}`, weight: i < 10 ? 50 : 100 }),
    ),
  })]),
  (sim) => {
    const counts = new Map<number, number>();
    for (const slot of takers(send(sim, flows(6000)))) {
      counts.set(slot, (counts.get(slot) ?? 0) + 1);
    }
    const half = [...counts].filter(([slot]) => slot <= 10).reduce((n, [, count]) => n + count, 0);
    assert.ok(half > 1800 && half < 2200, `a third goes to the ten of weight 50: ${half} of 6000`);
  },
);

bug(
  "a later fragment to a VIP by port is dropped",
  tablesOf([vip({ protocol: 17, port: 80 })]),
  (sim) => {
    const pieces = fragmentsOf(udpPacket(ENDS, {}, new Uint8Array(2000)), 1024, 5);
    const results = sim.frames(pieces.map((piece) => ethernet(piece)));
    assert.ok(verdicts(results).every((verdict) => verdict === "forwarded"));
    assert.equal(new Set(takers(results)).size, 1);
  },
);
bug("a later fragment's payload is read as ports", tablesOf([vip()]), (sim) => {
  for (let i = 0; i < 30; i++) {
    const ends = { ...ENDS, sport: 100 + i };
    const [whole] = sim.frames([ethernet(udpPacket(ends))]);
    const pieces = fragmentsOf(udpPacket(ends, {}, new Uint8Array(2000).fill(i)), 1024, i);
    for (const { server } of sim.frames(pieces.map((piece) => ethernet(piece)))) {
      assert.equal(server, whole?.server);
    }
  }
});
bug(
  "packets with IPv4 options are dropped, or their options read as ports",
  tablesOf([vip({ port: 80 })]),
  (sim) => {
    const options = Uint8Array.of(148, 4, 0, 0);
    const [result] = sim.frames([ethernet(ipv4({ ...ENDS, protocol: 6, options }, tcp(ENDS)))]);
    assert.equal(result?.verdict, "forwarded");
  },
);
bug(
  "IPv6 extension headers hide the ports",
  tablesOf([vip({ prefix: SIX.prefix, port: 80 })]),
  (sim) => {
    const ends = asked(SIX);
    const [plain, behind] = sim.frames([
      ethernet(udpPacket(ends)),
      ethernet(ipv6({ ...ends, protocol: 17, extensions: [extension(60)] }, udp(ends))),
    ]);
    assert.equal(behind?.hash, plain?.hash);
  },
);
bug(
  "an ICMP error goes to another server than the flow that it is about",
  tablesOf([vip()]),
  (sim) => {
    for (let i = 0; i < 40; i++) {
      const ends = { ...ENDS, sport: 2000 + i };
      const error = tooBig(FOUR.router, FOUR.vip, 1400, quoteOf(tcpPacket(turned(ends))));
      const results = sim.frames([ethernet(tcpPacket(ends)), ethernet(error)]);
      assert.equal(results[1]!.server, results[0]!.server);
    }
  },
);
bug("an ICMP error to a VIP by port is dropped", tablesOf([vip({ port: 80 })]), (sim) => {
  const error = tooBig(FOUR.router, FOUR.vip, 1400, quoteOf(tcpPacket(turned(ENDS))));
  assert.deepEqual(verdicts(sim.frames([ethernet(error)])), ["forwarded"]);
});
bug(
  "src_ip_sticky sends a client to another server for each address of the prefix",
  tablesOf([vip({ sticky: true })]),
  (sim) => {
    const frames = Array.from(
      { length: 50 },
      (_, i) => ethernet(tcpPacket({ ...ENDS, to: `90.1.${i}.1` })),
    );
    assert.equal(new Set(takers(send(sim, frames))).size, 1);
  },
);
bug(
  "src_ip_sticky of one port counts for the whole prefix",
  tablesOf([
    vip({ protocol: 17, port: 10_000 }),
    vip({ protocol: 17, port: 20_000, sticky: true }),
  ]),
  (sim) => {
    const of = (dport: number) =>
      new Set(
        takers(send(
          sim,
          Array.from({ length: 50 }, (_, i) => ethernet(udpPacket({ ...ENDS, sport: i, dport }))),
        )),
      ).size;
    assert.deepEqual([of(10_000), of(20_000)], [5, 1]);
  },
);
bug(
  "the second port of a VIP does not work",
  tablesOf([80, 443, 8443].map((port) => vip({ protocol: 6, port }))),
  (sim) => {
    const frames = [80, 443, 8443, 80].map((dport) => ethernet(tcpPacket({ ...ENDS, dport })));
    assert.deepEqual(sim.frames(frames).map(({ vip }) => vip), [0, 1, 2, 0]);
  },
);
bug("a removed server's flows end with it", tablesOf([vip()]), async (sim) => {
  const before = takers(send(sim, flows(200)));
  const servers = SERVERS.map((address, i) => ({ address, live: i !== 2 }));
  await sim.commit(tablesOf([vip({ servers })]));
  assert.deepEqual(takers(send(sim, flows(200))), before);
});
bug(
  "deleting and flushing a server under traffic empties the wrong flows",
  tablesOf([vip()]),
  async (sim) => {
    const before = takers(send(sim, flows(300)));
    const kept = SERVERS.map((address, i) => ({ address, slot: i + 1 })).filter(({ slot }) =>
      slot !== 3
    );
    await sim.commit(tablesOf([vip({ servers: kept })]));
    const after = takers(send(sim, flows(300)));
    assert.ok(!after.includes(3));
    assert.ok(after.every((slot, i) => before[i] === 3 || before[i] === slot));
  },
);
