/** Where VPP's load-balancer plugin sends packets wrong, it is right here: a test for each, by the bug's name. */
import assert from "node:assert/strict";
import { ethernet, extension, ipv4, ipv6, tcp, udp } from "./frame.ts";
import { quoteOf, tooBig } from "./icmp.ts";
import { fragmentsOf } from "./model/pieces.ts";
import { asked, FOUR, SIX, tcpPacket, turned, udpPacket } from "./people.ts";
import { tablesOf } from "./tables.ts";
import { counters, flow, flows, send, takers, vipCounters } from "./traffic.ts";
import { bug, ENDS, SERVERS, verdicts, vip } from "./vpp_bugs.ts";

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
