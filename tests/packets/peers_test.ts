/** Defects of other load balancers that are not here, and what Katran's fixtures leave out. */
import assert from "node:assert/strict";
import { simulate } from "../../ffi/mod.ts";
import { freeOf } from "./expected/tunnel.ts";
import { hexAddress } from "./addresses.ts";
import { bytes, ethernet, extension, ipv6, tcp } from "./frame.ts";
import { quoteOf, tooBig } from "./icmp.ts";
import { asked, bareUdpPacket, FOUR, packet, SIDES, SIX, tcpPacket, turned } from "./people.ts";
import { type Row, testRows } from "./table.ts";
import { tablesOf, type VipGiven } from "./tables.ts";
import {
  counters,
  flow,
  flows,
  send,
  serverCounters,
  steeringTest,
  takers,
  vipCounters,
} from "./traffic.ts";

const SERVERS = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];
const COUNT = 400;

function vip(servers: VipGiven["servers"] = SERVERS, more: Partial<VipGiven> = {}) {
  return tablesOf([{ prefix: FOUR.prefix, servers, ...more }]);
}
const weighted = (...weights: number[]) =>
  weights.map((weight, i) => ({ address: `10.0.0.${i + 1}`, weight }));

/** How many of `n` new flows each server takes. */
function shares(list: number[], servers: number): number[] {
  return Array.from({ length: servers }, (_, i) => list.filter((slot) => slot === i + 1).length);
}

for (const side of SIDES) {
  steeringTest(
    `Katran's defect is absent: "too big" over IPv${side.family} with 8 bytes of TCP is dropped`,
    tablesOf([{ prefix: side.prefix, port: 80, servers: SERVERS }]),
    (sim) => {
      const ends = asked(side);
      const results = [8, 20].map((l4) => {
        const quote = quoteOf(tcpPacket(turned(ends)), l4);
        return sim.frames([ethernet(tooBig(side.router, side.vip, 1400, quote))])[0]!;
      });
      assert.deepEqual(results.map(({ verdict }) => verdict), ["forwarded", "forwarded"]);
      assert.equal(results[0]?.server, results[1]?.server);
    },
  );
}
steeringTest(
  "GLB's defect is absent: new flows go to a server that is down when all are",
  vip(),
  async (sim) => {
    await sim.commit(vip(weighted(0, 0, 0)));
    assert.ok(sim.frames(flows(50)).every(({ verdict }) => verdict === "drop_no_server"));
  },
);
steeringTest(
  "GLB's defect is absent: with first and second choice down no third is tried",
  vip(),
  async (sim) => {
    await sim.commit(vip(weighted(0, 0, 100)));
    assert.ok(takers(send(sim, flows(100))).every((slot) => slot === 3));
  },
);
for (const [how, servers] of [["drained", weighted(0)], ["removed", []]] as const) {
  steeringTest(
    `Katran's defect is absent: the last server, ${how}, goes on taking new flows`,
    vip(["10.0.0.1"]),
    async (sim) => {
      send(sim, flows(10));
      await sim.commit(vip([...servers]));
      assert.ok(
        sim.frames(flows(10, "90.5.5.5")).every(({ verdict }) => verdict === "drop_no_server"),
      );
    },
  );
}
steeringTest(
  "Katran's defect is absent: weights act in the first round only",
  vip(weighted(100, 50, 50)),
  (sim) => {
    const [two, ...ones] = shares(takers(send(sim, flows(4000))), 3);
    assert.ok(
      Math.abs(two! - 2000) < 200 && ones.every((n) => Math.abs(n - 1000) < 150),
      `${two} ${ones}`,
    );
  },
);
steeringTest(
  "Katran's defect is absent: with more weight than slots the last servers get none",
  vip(weighted(...Array<number>(16).fill(100)), { size: 64 }),
  (sim) => {
    const got = shares(takers(send(sim, flows(3000))), 16);
    assert.ok(got.every((n) => n > 80 && n < 320), got.join());
  },
);
steeringTest("VPP's defect is absent: a server has no counters of its own", vip(), (sim) => {
  const results = send(sim, flows(COUNT));
  const got = shares(takers(results), 3);
  assert.deepEqual([1, 2, 3].map((slot) => serverCounters(sim, slot).packets), got);
  assert.deepEqual([1, 2, 3].map((slot) => serverCounters(sim, slot).flows), got);
});
for (
  const [encap, settings] of [["gre4", { entropy4: "172.16.0.0/12" }], ["gre6", {
    entropy6: "100::/64",
  }]] as const
) {
  const servers = [encap === "gre4" ? "10.0.0.1" : "2001:db8:1::1"];
  steeringTest(
    `VPP's defect is absent: all of a node's ${encap} comes from one address, for one queue of the server`,
    tablesOf([{ prefix: FOUR.prefix, encap, servers }], settings),
    (sim) => {
      const sources = send(sim, flows(200)).map(({ output }) => hexAddress(freeOf(output!).source));
      assert.ok(new Set(sources).size > 190);
    },
  );
}
steeringTest(
  "IPVS's defect is absent: all of a client's connections go to one server",
  vip(),
  (sim) => {
    const [a, b, c] = shares(takers(send(sim, flows(300))), 3);
    assert.ok(a! > 60 && b! > 60 && c! > 60);
  },
);

Deno.test('Cilium\'s defect is absent: "too big" that reaches another node of the cluster goes nowhere', async () => {
  await using mine = simulate();
  await using other = simulate();
  await mine.commit(vip());
  await other.commit(vip([...SERVERS].reverse().map((address, i) => ({ address, slot: 50 + i }))));
  const address = (tables: ReturnType<typeof vip>, slot: number | null) =>
    tables.servers.find((server) => server.slot === slot)?.address.join(".");
  const reversed = vip([...SERVERS].reverse().map((address, i) => ({ address, slot: 50 + i })));
  for (let sport = 1; sport < 60; sport++) {
    const ends = asked(FOUR, { sport });
    const [flow] = mine.frames([ethernet(tcpPacket(ends))]);
    const quote = quoteOf(tcpPacket(turned(ends)));
    const [error] = other.frames([ethernet(tooBig(FOUR.router, FOUR.vip, 1400, quote))]);
    assert.equal(address(reversed, error!.server), address(vip(), flow!.server));
  }
});

const ENDS = asked(FOUR);
const carried = (sentence: string, inner: Uint8Array, link = {}): Row => ({
  sentence: `missing from Katran's fixtures: ${sentence}`,
  frame: ethernet(inner, link),
  verdict: "forwarded",
  inside: inner,
});
testRows(() => vip(), [
  carried("a UDP checksum of 0", bareUdpPacket(ENDS)),
  {
    ...carried("a VLAN tag", tcpPacket(ENDS), { vlans: [{ tag: 100 }] }),
    tags: bytes(0x81, 0, 0, 100),
  },
  ...[0, 1, 3].map((length): Row => ({
    sentence: `missing from Katran's fixtures: a TCP header of ${length} bytes`,
    frame: ethernet(packet(ENDS, 6, tcp(ENDS).subarray(0, length))),
    verdict: "drop_bad_length",
  })),
  carried(
    "a TCP header of 4 bytes, which are its ports",
    packet(ENDS, 6, tcp(ENDS).subarray(0, 4)),
  ),
]);
const six = asked(SIX);
testRows(() => vip(SERVERS, { prefix: SIX.prefix, port: 80 }), [
  carried(
    "IPv6 extension headers",
    ipv6(
      { ...six, protocol: 6, extensions: [extension(0), extension(43), extension(60)] },
      tcp(six),
    ),
  ),
]);

const MISSING = "missing from Katran's fixtures:";
for (const now of [0, 65_500, 65_535, 8_388_600, 4_294_900_000]) {
  steeringTest(`${MISSING} a flow lives across ${now} seconds of the clock`, vip(), (sim) => {
    sim.setClock(now);
    const [first] = send(sim, [flow(1)]);
    for (let i = 1; i <= 10; i++) {
      sim.setClock(now + 40 * i);
      assert.deepEqual(takers(send(sim, [flow(1)])), [first!.server]);
    }
    const [listed] = sim.flows({}, 2).flows;
    assert.deepEqual([listed?.age, listed?.idle], [400, 0]);
    sim.setClock(now + 441);
    assert.equal(sim.tableUse().flows, 0);
  });
}
steeringTest(
  `${MISSING} a server is drained and comes back with its flows alive`,
  vip(),
  async (sim) => {
    const before = takers(send(sim, flows(COUNT)));
    for (const tables of [vip(weighted(100, 0, 100)), vip()]) {
      await sim.commit(tables);
      assert.deepEqual(takers(send(sim, flows(COUNT))), before);
    }
    assert.equal(counters(sim).flows_expired, 0);
  },
);
steeringTest(
  `${MISSING} a server is removed and added again with its flows alive`,
  vip(),
  async (sim) => {
    const before = takers(send(sim, flows(COUNT)));
    const gone = SERVERS.map((address, i) => ({ address, live: i !== 1 }));
    for (const tables of [vip(gone), vip()]) {
      await sim.commit(tables);
      assert.deepEqual(takers(send(sim, flows(COUNT))), before);
    }
  },
);
steeringTest(
  `${MISSING} the last server is removed, and its flows go on`,
  vip(["10.0.0.1"]),
  async (sim) => {
    send(sim, flows(20));
    await sim.commit(vip([{ address: "10.0.0.1", live: false }]));
    assert.ok(send(sim, flows(20)).every(({ decided }) => decided === "flow"));
  },
);
steeringTest(`${MISSING} the table changes between two packets of a flow`, vip(), async (sim) => {
  const before = takers(send(sim, flows(COUNT)));
  for (const size of [64, 4096, 1024]) {
    await sim.commit(vip([...SERVERS, "10.0.0.4"], { size }));
    assert.deepEqual(takers(send(sim, flows(COUNT))), before);
  }
});
steeringTest(
  `${MISSING} a flood of new flows takes nothing from those that are there`,
  tablesOf([{ prefix: FOUR.prefix, servers: SERVERS }], { buckets: 64 }),
  async (sim) => {
    const before = takers(send(sim, flows(100)));
    send(sim, flows(20_000, "90.6.6.6"));
    await sim.commit(
      tablesOf([{ prefix: FOUR.prefix, servers: weighted(1, 1, 100) }], { buckets: 64 }),
    );
    assert.deepEqual(takers(send(sim, flows(100))), before);
    assert.ok(counters(sim).untracked_packet! > 19_000);
  },
);
Deno.test(`${MISSING} two queues, or two nodes, steer alike`, async () => {
  await using mine = simulate();
  await using other = simulate();
  await mine.commit(vip());
  await other.commit(vip());
  assert.deepEqual(
    takers(send(other, flows(COUNT).reverse())).reverse(),
    takers(send(mine, flows(COUNT))),
  );
});
steeringTest(`${MISSING} counters under drop`, vip([{ address: "10.0.0.1", hop: null }]), (sim) => {
  sim.frames(flows(30));
  const { drop_no_next_hop, tx_packets, tx_bytes, rx_packets } = counters(sim);
  assert.deepEqual([drop_no_next_hop, tx_packets, tx_bytes, rx_packets], [30, 0, 0, 30]);
  const { packets, bytes: octets, no_next_hop } = vipCounters(sim, 0);
  assert.deepEqual([packets, octets, no_next_hop], [0, 0, 30]);
  assert.equal(serverCounters(sim, 1).packets, 0);
});
