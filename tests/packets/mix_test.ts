/** VIPs of one prefix by port and of all ports, each with an encap of its own: the narrower one wins. */
import assert from "node:assert/strict";
import type { Encap } from "../../lib/dataplane.ts";
import { toHop } from "./expected/link.ts";
import { ethernet } from "./frame.ts";
import { asked, FOUR, pingPacket, SIX, sized, tcpPacket, udpPacket } from "./people.ts";
import { testRows } from "./table.ts";
import { tablesOf } from "./tables.ts";
import { steeringTest, vipCounters } from "./traffic.ts";

const V4 = asked(FOUR);
const V6 = asked(SIX);
const four = (port?: number, protocol?: number) => ({
  prefix: FOUR.prefix,
  echo: false,
  ...port === undefined ? {} : { port },
  ...protocol === undefined ? {} : { protocol },
});

const mixed = () =>
  tablesOf([
    { ...four(), encap: "gre6", servers: ["2001:db8:1::1"] },
    { ...four(80, 6), encap: "nat4", targetPort: 8080, servers: ["10.0.0.1"] },
    { ...four(80, 17), encap: "l3dsr", dscp: 9, servers: ["10.0.0.2"] },
    { ...four(443), encap: "gue", servers: ["10.0.0.3", "2001:db8:1::3"] },
    { ...four(22, 6), encap: "ipip", servers: ["2001:db8:1::4"] },
    { ...four(25, 6), encap: "gre4", servers: ["10.0.0.5"] },
    { prefix: SIX.prefix, encap: "gre4", servers: ["10.0.0.6"] },
    { prefix: SIX.prefix, protocol: 6, port: 80, encap: "nat6", servers: [SIX.server] },
  ]);

const inside = (sentence: string, packet: Uint8Array) => ({
  sentence,
  frame: ethernet(packet),
  verdict: "forwarded",
  inside: packet,
});

testRows(mixed, [
  {
    sentence: "of a mixed prefix TCP/80 is translated",
    frame: ethernet(tcpPacket(V4)),
    verdict: "forwarded",
    out: [toHop(tcpPacket({ ...V4, to: "10.0.0.1", dport: 8080 }, { ttl: 63 }))],
  },
  {
    sentence: "of a mixed prefix UDP/80 is marked",
    frame: ethernet(udpPacket(V4)),
    verdict: "forwarded",
    out: [toHop(udpPacket({ ...V4, to: "10.0.0.2" }, { ttl: 63, tos: 9 << 2 }))],
  },
  inside("of a mixed prefix TCP/443 goes through GUE", tcpPacket({ ...V4, dport: 443 })),
  inside("of a mixed prefix UDP/443 goes through GUE, too", udpPacket({ ...V4, dport: 443 })),
  inside("of a mixed prefix TCP/22 goes through IPIP", tcpPacket({ ...V4, dport: 22 })),
  inside("of a mixed prefix TCP/25 goes through GRE over IPv4", tcpPacket({ ...V4, dport: 25 })),
  inside("of a mixed prefix other ports go through GRE over IPv6", tcpPacket({ ...V4, dport: 81 })),
  inside("of a mixed prefix UDP/22 is another port", udpPacket({ ...V4, dport: 22 })),
  inside("of a mixed prefix a ping goes to the VIP of all ports", pingPacket(V4)),
  {
    sentence: "of a mixed IPv6 prefix TCP/80 is translated",
    frame: ethernet(tcpPacket(V6)),
    verdict: "forwarded",
    out: [toHop(tcpPacket({ ...V6, to: SIX.server }, { ttl: 63 }))],
  },
  inside("of a mixed IPv6 prefix the rest goes through GRE", udpPacket(V6)),
]);

steeringTest("each VIP of a mixed prefix counts its own", mixed(), (sim) => {
  const to = [80, 443, 22, 25, 81, 82, 83].map((dport) => ethernet(tcpPacket({ ...V4, dport })));
  sim.frames(to);
  assert.deepEqual([0, 1, 2, 3, 4, 5].map((id) => vipCounters(sim, id).packets), [
    3,
    1,
    0,
    1,
    1,
    1,
  ]);
});

for (const encap of ["gre4", "l3dsr", "nat4", "ipip", "gue"] as Encap[]) {
  steeringTest(
    `a VIP that becomes ${encap} keeps its flows and sends them so`,
    tablesOf([{ ...four(80), encap: "gre4", servers: ["10.0.0.1", "10.0.0.2"] }]),
    async (sim) => {
      const ends = Array.from({ length: 30 }, (_, i) => ({ ...V4, sport: 1000 + i }));
      const frames = ends.map((each) => ethernet(sized(each, 100)));
      const before = sim.frames(frames).map(({ server }) => server);
      await sim.commit(tablesOf([{ ...four(80), encap, servers: ["10.0.0.1", "10.0.0.2"] }]));
      const after = sim.frames(frames);
      assert.deepEqual(after.map(({ server }) => server), before);
      const growth = { gre4: 24, gre6: 44, ipip: 20, gue: 28, l3dsr: 0, nat4: 0, nat6: 0 }[encap];
      assert.ok(after.every(({ output }) => output!.length === 114 + growth));
    },
  );
}
