/** nat4 and nat6: from the server back to the client. */
import assert from "node:assert/strict";
import { bytes } from "./frame.ts";
import {
  assertBack,
  assertLeaves,
  assertStays,
  assertThere,
  between,
  CLIENTS,
  fromClient,
  fromServer,
  pass,
  SERVERS,
  toClient,
  toGateway,
  toServer,
} from "./nat_bed.ts";
import {
  asked,
  bareUdpPacket,
  type Flow,
  pingPacket,
  pongPacket,
  type Side,
  SIDES,
  tcpPacket,
  turned,
  udpPacket,
} from "./people.ts";
import type { VipGiven } from "./tables.ts";
import { serverCounters, steeringTest, vipCounters } from "./traffic.ts";

const LEFT = { ttl: 63 };
const KINDS = [["TCP", tcpPacket], ["UDP", udpPacket], [
  "UDP without a checksum",
  bareUdpPacket,
]] as const;

/** What a flow is at the server's side. */
function inside(side: Side, ends: Flow, dport = ends.dport): Flow {
  return { ...ends, to: side.server, dport };
}

function one(side: Side, more: Partial<VipGiven> = {}): VipGiven {
  return { prefix: side.prefix, encap: side.nat, servers: [side.server], ...more };
}

for (const side of SIDES) {
  const { nat } = side;
  const ends = asked(side);
  for (const [what, make] of KINDS) {
    steeringTest(
      `${nat} of a port: ${what} goes to the target port and comes back from the VIP's`,
      between([one(side, { port: 80, targetPort: 8080 })]),
      (sim) => {
        const server = inside(side, ends, 8080);
        assertThere(sim, make(ends), make(server, LEFT));
        assertBack(sim, make(turned(server)), make(turned(ends), LEFT));
        assertThere(sim, make(ends), make(server, LEFT));
      },
    );
    steeringTest(
      `${nat} of all ports: ${what} comes back from the port that it went to`,
      between([one(side)]),
      (sim) => {
        const there = { ...ends, dport: 4711 };
        assertThere(sim, make(there), make(inside(side, there), LEFT));
        assertBack(sim, make(turned(inside(side, there))), make(turned(there), LEFT));
      },
    );
  }
  steeringTest(
    `${nat} of a prefix: the reply leaves from the very address that the client used`,
    between([one(side, { port: 80, targetPort: 8080 })]),
    (sim) => {
      const other = { ...ends, to: side.other, sport: 40002 };
      for (const there of [ends, other]) {
        assertThere(sim, tcpPacket(there), tcpPacket(inside(side, there, 8080), LEFT));
      }
      for (const there of [other, ends]) {
        assertBack(
          sim,
          tcpPacket(turned(inside(side, there, 8080))),
          tcpPacket(turned(there), LEFT),
        );
      }
    },
  );
  steeringTest(
    `${nat}: a ping that is forwarded is answered from the VIP`,
    between([one(side, { echo: false })]),
    (sim) => {
      assertThere(sim, pingPacket(ends), pingPacket(inside(side, ends), LEFT));
      assertBack(sim, pongPacket(turned(inside(side, ends))), pongPacket(turned(ends), LEFT));
    },
  );
  steeringTest(
    `${nat}: so it is where the VIP has a port`,
    between([one(side, { echo: false, port: 80, targetPort: 8080 })]),
    (sim) => {
      assertThere(sim, pingPacket(ends), pingPacket(inside(side, ends), LEFT));
      assertBack(sim, pongPacket(turned(inside(side, ends))), pongPacket(turned(ends), LEFT));
    },
  );
  steeringTest(
    `${nat} counts what comes back, for VIP and server`,
    between([one(side, { port: 80, targetPort: 8080 })]),
    (sim) => {
      const server = inside(side, ends, 8080);
      assertThere(sim, tcpPacket(ends), tcpPacket(server, LEFT));
      assert.equal(serverCounters(sim, 1).return_flows, 0, "the flow is its own way back");
      const back = tcpPacket(turned(server));
      for (let n = 0; n < 3; n++) assertBack(sim, back, tcpPacket(turned(ends), LEFT));
      for (const counted of [serverCounters(sim, 1), vipCounters(sim, 0)]) {
        assert.equal(counted.return_packets, 3);
        assert.equal(counted.return_bytes, 3 * back.length);
        assert.equal(counted.packets, 1);
      }
      assert.equal(sim.tableUse().flows, 1, "a way back is no flow");
    },
  );
  steeringTest(
    `${nat}: without a remembered flow the only VIP of a server is known all the same`,
    between([one(side, { prefix: side.host, port: 80, targetPort: 8080 })]),
    (sim) => {
      const result = pass(sim, fromServer(tcpPacket(turned(inside(side, ends, 8080)))), SERVERS);
      assertLeaves(result, "returned", CLIENTS, toGateway(tcpPacket(turned(ends), LEFT)));
    },
  );
  steeringTest(
    `${nat}: without a remembered flow a prefix does not tell which address it was`,
    between([one(side, { port: 80, targetPort: 8080 })]),
    (sim) => assertStays(sim, tcpPacket(turned(inside(side, ends, 8080))), "left_no_flow"),
  );
  steeringTest(
    `${nat}: a flow whose first packet was dropped comes back, too`,
    between([one(side, { port: 80, servers: [{ address: side.server, hop: null }] })]),
    async (sim) => {
      assert.equal(pass(sim, fromClient(tcpPacket(ends)), CLIENTS).verdict, "drop_no_next_hop");
      await sim.commit(between([one(side, { port: 80 })]));
      assertThere(sim, tcpPacket(ends), tcpPacket(inside(side, ends), LEFT));
      assertBack(sim, tcpPacket(turned(inside(side, ends))), tcpPacket(turned(ends), LEFT));
    },
  );
  steeringTest(
    `${nat}: replies keep the flow, and the flow its way back`,
    between([one(side, { port: 80 })]),
    (sim) => {
      const there = [tcpPacket(ends), tcpPacket(inside(side, ends), LEFT)] as const;
      const back = [tcpPacket(turned(inside(side, ends))), tcpPacket(turned(ends), LEFT)] as const;
      assertThere(sim, ...there);
      for (let now = 30; now <= 300; now += 30) {
        sim.setClock(now);
        assertBack(sim, ...back);
      }
      assert.equal(sim.tableUse().flows, 1);
      for (let now = 330; now <= 600; now += 30) {
        sim.setClock(now);
        assertThere(sim, ...there);
      }
      assertBack(sim, ...back);
      sim.setClock(641);
      assertStays(sim, back[0], "left_no_flow");
      assert.equal(serverCounters(sim, 1).return_flows, 0);
    },
  );
  steeringTest(
    `${nat}: a removed server's flows go on in both directions`,
    between([one(side, { port: 80, targetPort: 8080 })]),
    async (sim) => {
      const server = inside(side, ends, 8080);
      assertThere(sim, tcpPacket(ends), tcpPacket(server, LEFT));
      const removed = { address: side.server, live: false };
      await sim.commit(between([one(side, { port: 80, targetPort: 8080, servers: [removed] })]));
      assertThere(sim, tcpPacket(ends), tcpPacket(server, LEFT));
      assertBack(sim, tcpPacket(turned(server)), tcpPacket(turned(ends), LEFT));
    },
  );
  steeringTest(
    `${nat}: of a sticky VIP each connection has its own way back`,
    between([one(side, { port: 80, targetPort: 8080, sticky: true })]),
    (sim) => {
      const others = [40001, 40002, 40003].map((sport) => ({ ...ends, sport }));
      for (const there of others) {
        assertThere(sim, tcpPacket(there), tcpPacket(inside(side, there, 8080), LEFT));
      }
      assert.equal(sim.tableUse().flows, 1);
      for (const there of others.toReversed()) {
        const server = inside(side, there, 8080);
        assertBack(sim, tcpPacket(turned(server)), tcpPacket(turned(there), LEFT));
      }
    },
  );
  steeringTest(`${nat}: VLAN tags stay on the way back`, between([one(side)]), (sim) => {
    const tags = bytes(0x81, 0, 0, 100);
    const server = inside(side, ends);
    const there = pass(sim, fromClient(tcpPacket(ends), tags), CLIENTS);
    assertLeaves(there, "forwarded", SERVERS, toServer(tcpPacket(server, LEFT), tags));
    const back = pass(sim, fromServer(tcpPacket(turned(server)), tags), SERVERS);
    assertLeaves(back, "returned", CLIENTS, toClient(tcpPacket(turned(ends), LEFT), tags));
  });
}
