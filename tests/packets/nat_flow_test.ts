/** nat4 and nat6: the flow itself tells the way back. */
import assert from "node:assert/strict";
import { bytes, mac } from "./frame.ts";
import { linked } from "./expected/link.ts";
import {
  assertBack,
  assertLeaves,
  assertThere,
  between,
  CLIENTS,
  fromServer,
  MACS,
  pass,
  SERVERS,
  toGateway,
} from "./nat_bed.ts";
import { asked, type Flow, type Side, SIDES, tcpPacket, turned, udpPacket } from "./people.ts";
import type { VipGiven } from "./tables.ts";
import { counters, serverCounters, steeringTest } from "./traffic.ts";

const LEFT = { ttl: 63 };
const KINDS = [["TCP", tcpPacket], ["UDP", udpPacket]] as const;
const ROUTER = mac("02:9a:00:00:00:77");

/** What a flow is at the server's side. */
function inside(side: Side, ends: Flow, dport = 8080): Flow {
  return { ...ends, to: side.server, dport };
}

/** A VIP of one address and port. */
function web(side: Side, more: Partial<VipGiven> = {}): VipGiven {
  const servers = [side.server];
  return { prefix: side.host, encap: side.nat, port: 80, targetPort: 8080, servers, ...more };
}

/** Another address, whose VIPs have the same servers. */
function hostOf(side: Side): string {
  return side.family === 4 ? "91.1.1.1/32" : "2003::1/128";
}

for (const side of SIDES) {
  const { nat } = side;
  const ends = asked(side);
  for (const [what, make] of KINDS) {
    const there = [make(ends), make(inside(side, ends), LEFT)] as const;
    const back = [make(turned(inside(side, ends))), make(turned(ends), LEFT)] as const;

    steeringTest(
      `${nat}: ${what} to a VIP of one address takes one place, and replies find it`,
      between([web(side)], { buckets: 1 }),
      (sim) => {
        const all = [1, 2, 3, 4, 5, 6].map((sport) => ({ ...ends, sport }));
        for (const one of all) assertThere(sim, make(one), make(inside(side, one), LEFT));
        for (const one of all.toReversed()) {
          assertBack(sim, make(turned(inside(side, one))), make(turned(one), LEFT));
        }
        assert.equal(sim.tableUse().flows, 6);
        assert.equal(counters(sim).untracked_packet, 0);
        assert.equal(serverCounters(sim, 1).return_flows, 0);
        const other = { ...ends, sport: 7 };
        assertThere(sim, make(other), make(inside(side, other), LEFT));
        assert.equal(counters(sim).untracked_packet, 1);
        const reply = pass(sim, fromServer(make(turned(inside(side, other)))), SERVERS);
        assertLeaves(reply, "returned", CLIENTS, toGateway(make(turned(other), LEFT)));
      },
    );
    steeringTest(
      `${nat}: replies keep a ${what} flow, and end with it`,
      between([web(side)]),
      (sim) => {
        assertThere(sim, ...there);
        for (let now = 30; now <= 300; now += 30) {
          sim.setClock(now);
          assertBack(sim, ...back);
        }
        sim.setClock(341);
        assert.equal(sim.tableUse().flows, 0);
        const reply = pass(sim, fromServer(back[0]), SERVERS);
        assertLeaves(reply, "returned", CLIENTS, toGateway(back[1]));
      },
    );
    steeringTest(
      `${nat}: ${what} replies follow the client's router within eight seconds, however many they are`,
      between([web(side)]),
      (sim) => {
        const towards = (router: Uint8Array) => linked(router, MACS.clients, back[1]);
        const reply = () => pass(sim, fromServer(back[0]), SERVERS);
        assertThere(sim, ...there);
        const moved = linked(MACS.clients, ROUTER, there[0], bytes());
        for (let now = 1; now <= 16; now++) {
          sim.setClock(now);
          const router = now <= 8 ? MACS.client : ROUTER;
          assertLeaves(reply(), "returned", CLIENTS, towards(router));
          assert.equal(pass(sim, moved, CLIENTS).verdict, "forwarded");
          const after = now < 8 ? MACS.client : ROUTER;
          assertLeaves(reply(), "returned", CLIENTS, towards(after));
        }
      },
    );

    const changes: [string, VipGiven[], VipGiven[]][] = [
      [
        "a second VIP gets the same servers",
        [web(side)],
        [web(side), web(side, { prefix: hostOf(side) })],
      ],
      ["a node port comes", [web(side)], [web(side, { nodePort: 30_000 })]],
      ["the VIP becomes sticky", [web(side)], [web(side, { sticky: true })]],
      [
        "a VIP of all ports gets its server",
        [web(side)],
        [
          web(side),
          { prefix: hostOf(side), encap: nat, servers: [{ address: side.server, slot: 9 }] },
        ],
      ],
    ];
    for (const [change, before, after] of changes) {
      for (
        const [way, first, then] of [["", before, after], [
          ", and that is undone",
          after,
          before,
        ]] as const
      ) {
        steeringTest(
          `${nat}: ${what} replies of open connections go on when ${change}${way}`,
          between(first.map((vip, id) => ({ id, ...vip }))),
          async (sim) => {
            assertThere(sim, ...there);
            await sim.commit(between(then.map((vip, id) => ({ id, ...vip }))));
            assertBack(sim, ...back);
            assertThere(sim, ...there);
            assertBack(sim, ...back);
          },
        );
      }
    }
  }
}
