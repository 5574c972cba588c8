/** Servers of several VIPs, ports for both protocols, and node ports. */
import assert from "node:assert/strict";
import { SOURCE4, SOURCE6 } from "./expected/link.ts";
import {
  assertBack,
  assertStays,
  assertThere,
  between,
  CLIENTS,
  fromClient,
  pass,
} from "./nat_bed.ts";
import { icmpError, quoteOf } from "./icmp.ts";
import {
  asked,
  type Flow,
  FOUR,
  type Side,
  SIDES,
  tcpPacket,
  turned,
  udpPacket,
} from "./people.ts";
import type { VipGiven } from "./tables.ts";
import { steeringTest, vipCounters } from "./traffic.ts";

const LEFT = { ttl: 63 };
const KINDS = [["TCP", tcpPacket, 6], ["UDP", udpPacket, 17]] as const;
const NODE: Record<4 | 6, string> = { 4: SOURCE4, 6: SOURCE6 };

function one(side: Side, more: Partial<VipGiven> = {}): VipGiven {
  return { prefix: side.host, encap: side.nat, servers: [side.server], ...more };
}

function inside(side: Side, ends: Flow, dport = ends.dport): Flow {
  return { ...ends, to: side.server, dport };
}

for (const side of SIDES) {
  const { nat } = side;
  const ends = asked(side);
  const second = side.family === 4 ? "91.1.1.1" : "2003::1";
  const host = `${second}/${side.family === 4 ? 32 : 128}`;

  steeringTest(
    `${nat}: two VIPs share a server and its target port, and each reply finds its own`,
    between([
      one(side, { protocol: 6, port: 80, targetPort: 8080 }),
      one(side, { prefix: host, protocol: 6, port: 443, targetPort: 8080 }),
    ]),
    (sim) => {
      const other = { ...ends, to: second, dport: 443, sport: 40002 };
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
      const unknown = { ...inside(side, ends, 8080), sport: 5 };
      assertStays(sim, tcpPacket(turned(unknown)), "left_no_flow");
      assert.deepEqual([0, 1].map((id) => vipCounters(sim, id).return_packets), [1, 1]);
    },
  );
  steeringTest(
    `${nat}: a client's port that goes from one VIP of a server to another answers to the later one`,
    between([
      one(side, { protocol: 6, port: 80, targetPort: 8080 }),
      one(side, { prefix: host, protocol: 6, port: 80, targetPort: 8080 }),
    ]),
    (sim) => {
      const other = { ...ends, to: second };
      for (const there of [ends, other]) {
        assertThere(sim, tcpPacket(there), tcpPacket(inside(side, there, 8080), LEFT));
        assertBack(
          sim,
          tcpPacket(turned(inside(side, there, 8080))),
          tcpPacket(turned(there), LEFT),
        );
      }
    },
  );
  steeringTest(
    `${nat}: two VIPs that differ by protocol do not mix at a server's port`,
    between([
      one(side, { protocol: 6, port: 80, targetPort: 8080 }),
      one(side, { prefix: host, protocol: 17, port: 53, targetPort: 8080 }),
    ]),
    (sim) => {
      const other = { ...ends, to: second, dport: 53 };
      assertThere(sim, tcpPacket(ends), tcpPacket(inside(side, ends, 8080), LEFT));
      assertThere(sim, udpPacket(other), udpPacket(inside(side, other, 8080), LEFT));
      assertBack(sim, udpPacket(turned(inside(side, other, 8080))), udpPacket(turned(other), LEFT));
      assertBack(sim, tcpPacket(turned(inside(side, ends, 8080))), tcpPacket(turned(ends), LEFT));
    },
  );
  steeringTest(
    `${nat}: a VIP by port and one of all ports share a server`,
    between([
      one(side, { protocol: 6, port: 80, targetPort: 8080 }),
      one(side, { prefix: host }),
    ]),
    (sim) => {
      const other = { ...ends, to: second, dport: 8080, sport: 40002 };
      assertThere(sim, tcpPacket(ends), tcpPacket(inside(side, ends, 8080), LEFT));
      assertThere(sim, tcpPacket(other), tcpPacket(inside(side, other), LEFT));
      assertBack(sim, tcpPacket(turned(inside(side, other))), tcpPacket(turned(other), LEFT));
      assertBack(sim, tcpPacket(turned(inside(side, ends, 8080))), tcpPacket(turned(ends), LEFT));
    },
  );
  steeringTest(
    `${nat}: a port without a protocol is one VIP for TCP and UDP, there and back`,
    between([one(side, { port: 53, targetPort: 5353 })]),
    (sim) => {
      for (const [, make] of KINDS) {
        const there = { ...ends, dport: 53 };
        assertThere(sim, make(there), make(inside(side, there, 5353), LEFT));
        assertBack(sim, make(turned(inside(side, there, 5353))), make(turned(there), LEFT));
      }
      assert.equal(vipCounters(sim, 0).packets, 2);
      assert.equal(vipCounters(sim, 0).return_packets, 2);
    },
  );

  for (const [what, make, protocol] of KINDS) {
    const node = { ...ends, to: NODE[side.family], dport: 30_000 };
    const vip = one(side, { protocol, port: 80, targetPort: 8080, nodePort: 30_000 });
    steeringTest(`${nat}: ${what} to the node port comes back from it`, between([vip]), (sim) => {
      const server = inside(side, node, 8080);
      assertThere(sim, make(node), make(server, LEFT));
      assertBack(sim, make(turned(server)), make(turned(node), LEFT));
      assert.equal(vipCounters(sim, 0).packets, 1);
      assert.equal(vipCounters(sim, 0).return_packets, 1);
    });
    steeringTest(
      `${nat}: ${what} to the VIP comes back from it where there is a node port, too`,
      between([vip]),
      (sim) => {
        const server = inside(side, ends, 8080);
        assertThere(sim, make(ends), make(server, LEFT));
        assertBack(sim, make(turned(server)), make(turned(ends), LEFT));
      },
    );
    steeringTest(
      `${nat}: what else goes to the node's own address is its kernel's, ${what} too`,
      between([vip]),
      (sim) => {
        const other = protocol === 6 ? udpPacket : tcpPacket;
        for (const packet of [make({ ...node, dport: 22 }), other(node)]) {
          assert.equal(pass(sim, fromClient(packet), CLIENTS).verdict, "left_not_vip");
        }
      },
    );
  }
  steeringTest(
    `${nat}: without a remembered flow nothing tells a VIP from its node port`,
    between([one(side, { port: 80, nodePort: 30_000 })]),
    (sim) => assertStays(sim, tcpPacket(turned(inside(side, ends))), "left_no_flow"),
  );
  steeringTest(
    `${nat}: without a remembered flow a reply whose way is not known is dropped by name`,
    between([one(side, { port: 80 })], { hop4: null, hop6: null }),
    (sim) => assertStays(sim, tcpPacket(turned(inside(side, ends))), "drop_no_next_hop"),
  );
  steeringTest(
    `${nat}: a node port of a VIP for both protocols is for both`,
    between([one(side, { port: 80, nodePort: 30_000 })]),
    (sim) => {
      const node = { ...ends, to: NODE[side.family], dport: 30_000 };
      for (const [, make] of KINDS) {
        assertThere(sim, make(node), make(inside(side, node, 80), LEFT));
        assertBack(sim, make(turned(inside(side, node, 80))), make(turned(node), LEFT));
      }
    },
  );
  steeringTest(
    `${nat}: an error about what a node port sent goes to the flow's server, translated`,
    between([one(side, { port: 80, targetPort: 8080, nodePort: 30_000 })]),
    (sim) => {
      const node = { ...ends, to: NODE[side.family], dport: 30_000 };
      const server = inside(side, node, 8080);
      assertThere(sim, tcpPacket(node), tcpPacket(server, LEFT));
      const kind = side.family === 4 ? { type: 3, code: 4 } : { type: 2 };
      const error = (to: string, quote: Uint8Array, ttl: number) =>
        icmpError({ ...kind, from: side.router, to, value: 1400, quote, ttl });
      assertThere(
        sim,
        error(node.to, quoteOf(tcpPacket(turned(node))), 64),
        error(side.server, quoteOf(tcpPacket(turned(server))), 63),
      );
    },
  );
}

steeringTest(
  "the node's address inside a VIP's prefix: node ports are its, all else its kernel's",
  between([
    one(FOUR, { prefix: "192.0.2.0/24", port: 80, nodePort: 30_000 }),
  ]),
  (sim) => {
    const node = asked(FOUR, { to: SOURCE4 });
    assertThere(
      sim,
      tcpPacket({ ...node, dport: 30_000 }),
      tcpPacket(inside(FOUR, node, 80), LEFT),
    );
    assert.equal(pass(sim, fromClient(tcpPacket(node)), CLIENTS).verdict, "left_not_vip");
    const beside = { ...node, to: "192.0.2.11" };
    assertThere(sim, tcpPacket(beside), tcpPacket(inside(FOUR, beside), LEFT));
  },
);
