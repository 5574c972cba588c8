/** `src_ip_sticky`: a flow is a client's address, whatever it sends to the VIP. */
import assert from "node:assert/strict";
import { ethernet } from "./frame.ts";
import { fragmentsOf } from "./model/pieces.ts";
import { asked, type Side, SIDES, tcpPacket, udpPacket } from "./people.ts";
import { tablesOf, type VipGiven } from "./tables.ts";
import { serverCounters, steeringTest } from "./traffic.ts";

const SERVERS = Array.from({ length: 8 }, (_, i) => `10.0.0.${i + 1}`);

function vip(side: Side, more: Partial<VipGiven> = {}) {
  return tablesOf([{ prefix: side.prefix, sticky: true, servers: SERVERS, ...more }]);
}

const clientOf = (side: Side, i: number) =>
  side.family === 4 ? `203.0.113.${i}` : `2001:db8:77::${i.toString(16)}`;

for (const side of SIDES) {
  const over = `IPv${side.family}`;
  steeringTest(`all ports of a client over ${over} go to one server`, vip(side), (sim) => {
    for (let i = 1; i <= 40; i++) {
      const from = clientOf(side, i);
      const frames = [1, 2, 3].flatMap((n) => [
        ethernet(tcpPacket(asked(side, { from, sport: 1000 * n, dport: n }))),
        ethernet(udpPacket(asked(side, { from, sport: 2000 * n, dport: 80 }))),
      ]);
      assert.equal(new Set(sim.frames(frames).map(({ server }) => server)).size, 1);
    }
    assert.equal(sim.tableUse().flows, 40);
  });
  steeringTest(
    `all addresses of a sticky prefix over ${over} are one for a client`,
    vip(side),
    (sim) => {
      for (let i = 1; i <= 40; i++) {
        const from = clientOf(side, i);
        const frames = [side.vip, side.other].map((to) =>
          ethernet(tcpPacket(asked(side, { from, to })))
        );
        const results = sim.frames(frames);
        assert.equal(results[0]?.server, results[1]?.server);
        assert.equal(results[1]?.decided, "flow");
      }
    },
  );
  steeringTest(`different clients over ${over} go to different servers`, vip(side), (sim) => {
    const frames = Array.from(
      { length: 100 },
      (_, i) => ethernet(tcpPacket(asked(side, { from: clientOf(side, i + 1) }))),
    );
    assert.equal(new Set(sim.frames(frames).map(({ server }) => server)).size, SERVERS.length);
  });
  steeringTest(
    `a sticky VIP by port without a protocol over ${over} is one for TCP and UDP`,
    vip(side, { port: 80 }),
    (sim) => {
      for (let i = 1; i <= 30; i++) {
        const from = clientOf(side, i);
        const results = sim.frames(
          [tcpPacket, udpPacket].map((make) => ethernet(make(asked(side, { from })))),
        );
        assert.equal(results[0]?.server, results[1]?.server);
        assert.equal(results[0]?.hash, results[1]?.hash);
      }
    },
  );
  steeringTest(
    `two sticky VIPs of one prefix over ${over} are apart`,
    tablesOf([80, 443].map((port, i) => ({
      prefix: side.prefix,
      port,
      sticky: true,
      servers: SERVERS.map((address, n) => ({ address, slot: 100 * i + n + 1 })),
    }))),
    (sim) => {
      const same = Array.from({ length: 60 }, (_, i) => {
        const from = clientOf(side, i + 1);
        const results = sim.frames(
          [80, 443].map((dport) => ethernet(tcpPacket(asked(side, { from, dport })))),
        );
        assert.deepEqual(results.map(({ vip }) => vip), [0, 1]);
        return results[0]!.server! === results[1]!.server! - 100;
      });
      assert.ok(same.filter(Boolean).length < 30, "the VIP is part of what is hashed");
    },
  );
  steeringTest(
    `without stickiness a client's ports over ${over} go to many servers`,
    vip(side, { sticky: false }),
    (sim) => {
      const frames = Array.from(
        { length: 100 },
        (_, i) => ethernet(tcpPacket(asked(side, { sport: 5000 + i }))),
      );
      assert.equal(new Set(sim.frames(frames).map(({ server }) => server)).size, SERVERS.length);
    },
  );
  steeringTest(
    `a client's flow over ${over} lives as long as any of its packets come`,
    vip(side),
    async (sim) => {
      const [first] = sim.frames([ethernet(tcpPacket(asked(side)))]);
      for (let n = 1; n <= 10; n++) {
        sim.setClock(n * 39);
        await sim.commit(
          vip(side, {
            servers: SERVERS.map((address, i) => ({ address, weight: 10 + (i * n) % 7 })),
          }),
        );
        const [next] = sim.frames([ethernet(udpPacket(asked(side, { sport: n, dport: n })))]);
        assert.deepEqual([next?.server, next?.decided], [first?.server, "flow"]);
      }
      assert.equal(serverCounters(sim, first!.server!).new_flows, 1);
    },
  );
  steeringTest(
    `a sticky client's flow over ${over} is listed by the VIP's prefix`,
    vip(side),
    (sim) => {
      sim.frames([ethernet(tcpPacket(asked(side)))]);
      const [flow] = sim.flows({}, 9).flows;
      const { destination, destinationPort, source, sourcePort } = flow!;
      const prefix = side.family === 4 ? "90.0.0.0" : "2002::";
      assert.deepEqual([source, sourcePort, destination, destinationPort], [
        side.client,
        0,
        prefix,
        0,
      ]);
    },
  );
  steeringTest(
    `fragments of a sticky client over ${over} go along`,
    vip(side, { port: 80 }),
    (sim) => {
      const [flow] = sim.frames([ethernet(tcpPacket(asked(side)))]);
      const list = fragmentsOf(
        udpPacket(asked(side, { sport: 7 }), {}, new Uint8Array(2000)),
        512,
        4,
      );
      for (const { server } of sim.frames(list.toReversed().map((piece) => ethernet(piece)))) {
        assert.equal(server, flow?.server);
      }
    },
  );
}
