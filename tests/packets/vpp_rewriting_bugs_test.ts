/** What VPP's load-balancer plugin writes wrong into packets is right here: a test for each, by the bug's name. */
import assert from "node:assert/strict";
import { SOURCE4, toHop } from "./expected/link.ts";
import { ethernet } from "./frame.ts";
import {
  assertBack,
  assertStays,
  assertThere,
  between,
  CLIENTS,
  fromClient,
  pass,
} from "./nat_bed.ts";
import { bareUdpPacket, FOUR, packet, spoiled, tcpPacket, turned, udpPacket } from "./people.ts";
import { hex } from "./table.ts";
import { tablesOf } from "./tables.ts";
import { counters, flows, send, type steeringTest } from "./traffic.ts";
import { bug, ENDS, LEFT, outerTos, vip } from "./vpp_bugs.ts";

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
