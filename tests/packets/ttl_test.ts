/** Who forwards as a router does says so when a TTL ends: "time exceeded". */
import assert from "node:assert/strict";
import { SOURCE4, SOURCE6 } from "./expected/link.ts";
import { toldExpired } from "./expected/told.ts";
import { bytes, ethernet, mac } from "./frame.ts";
import { icmpError } from "./icmp.ts";
import {
  asked,
  FOUR,
  packet,
  pingPacket,
  type Side,
  SIDES,
  SIX,
  sized,
  tcpPacket,
  turned,
  udpPacket,
} from "./people.ts";
import { type Row, testRows } from "./table.ts";
import { type Settings, tablesOf, type VipGiven } from "./tables.ts";
import { between, CLIENTS, fromClient, fromServer, MACS, pass } from "./nat_bed.ts";
import { linked } from "./expected/link.ts";
import { counters, steeringTest, vipCounters } from "./traffic.ts";

const NODE: Record<4 | 6, string> = { 4: SOURCE4, 6: SOURCE6 };

function routed(side: Side, more: Partial<VipGiven> = {}, settings: Settings = {}) {
  const vip = { prefix: side.prefix, encap: side.nat, servers: [side.server] };
  return () => tablesOf([{ ...vip, ...more }], settings);
}

/** Dropped for its TTL without a word. */
function silent(sentence: string, frame: Uint8Array): Row {
  return { sentence, frame, verdict: "drop_ttl_expired" };
}

for (const side of SIDES) {
  const { family, nat } = side;
  const ends = asked(side);
  const last = udpPacket(ends, { ttl: 1 });
  const long = sized(ends, 1400, { ttl: 1 });
  testRows(routed(side), [
    {
      sentence: `${nat} drops TTL 1 and tells the sender, from the node's address`,
      frame: ethernet(last),
      verdict: "drop_ttl_expired",
      told: toldExpired(last, NODE[family], side.client),
    },
    {
      sentence: `${nat} quotes as much of a long packet as an error may`,
      frame: ethernet(long),
      verdict: "drop_ttl_expired",
      told: toldExpired(long, NODE[family], side.client),
    },
    {
      sentence: `${nat} does not quote Ethernet's padding`,
      frame: bytes(ethernet(last), new Uint8Array(20).fill(0xee)),
      verdict: "drop_ttl_expired",
      told: toldExpired(last, NODE[family], side.client),
    },
    {
      sentence: `${nat} tells with the VLAN tags that the packet came with`,
      frame: ethernet(last, { vlans: [{ type: 0x88a8, tag: 7 }, { tag: 100 }] }),
      verdict: "drop_ttl_expired",
      told: toldExpired(last, NODE[family], side.client, bytes(0x88, 0xa8, 0, 7, 0x81, 0, 0, 100)),
    },
    silent(
      `${nat}: of an error whose TTL ends nobody is told`,
      ethernet(lastError(side)),
    ),
    silent(
      `${nat}: nobody is told who came in a group's frame`,
      ethernet(last, { to: mac("01:00:5e:00:00:01") }),
    ),
  ]);
  testRows(routed(side, {}, { source4: null, source6: null }), [{
    sentence: `${nat}: a node without an address tells from the packet's destination`,
    frame: ethernet(last),
    verdict: "drop_ttl_expired",
    told: toldExpired(last, side.vip, side.client),
  }]);
  testRows(routed(side, { echo: false }), [{
    sentence: `${nat}: a traceroute by pings sees the node`,
    frame: ethernet(pingPacket(ends, { ttl: 1 })),
    verdict: "drop_ttl_expired",
    told: toldExpired(pingPacket(ends, { ttl: 1 }), NODE[family], side.client),
  }]);
  testRows(routed(side, { servers: [{ address: side.server, mtu: 1280 }] }), [{
    sentence: `${nat}: what neither fits nor lives is told about its TTL`,
    frame: ethernet(long),
    verdict: "drop_ttl_expired",
    told: toldExpired(long, NODE[family], side.client),
  }]);
  steeringTest(
    `${nat}: on the way back the server is told`,
    between([{ prefix: side.prefix, encap: nat, servers: [side.server] }]),
    (sim) => {
      pass(sim, fromClient(tcpPacket(ends)), CLIENTS);
      const back = tcpPacket({ ...turned(ends), from: side.server }, { ttl: 1 });
      const result = pass(sim, fromServer(back), 1);
      assert.equal(result.verdict, "drop_ttl_expired");
      const [made] = result.made;
      const kind = { type: family === 4 ? 11 : 3, id: 0, tos: 0xc0 };
      const error = icmpError({ ...kind, from: NODE[family], to: side.server, quote: back });
      assert.deepEqual(made, { port: 1, frame: linked(MACS.server, MACS.servers, error) });
    },
  );
}

/** An ICMP error to a VIP with TTL 1. */
function lastError(side: Side) {
  const quote = tcpPacket(turned(asked(side)));
  const kind = side.family === 4 ? { type: 3, code: 3 } : { type: 1, code: 4 };
  return icmpError({ ...kind, from: side.router, to: side.vip, quote, ttl: 1 });
}

const DSR = routed(FOUR, { encap: "l3dsr", dscp: 3 });
const LAST = udpPacket(asked(FOUR), { ttl: 1 });
testRows(DSR, [
  {
    sentence: "l3dsr drops TTL 1 and tells the sender",
    frame: ethernet(LAST),
    verdict: "drop_ttl_expired",
    told: toldExpired(LAST, SOURCE4, FOUR.client),
  },
  silent(
    "of a later fragment nobody is told",
    ethernet(packet(asked(FOUR), 50, new Uint8Array(16), { ttl: 1, fragment: 10 })),
  ),
  ...["0.0.0.0", "127.0.0.1", "224.0.0.9", "255.255.255.255", "240.0.0.1"].map((from) =>
    silent(
      `nobody is told at ${from}, which is no host's address`,
      ethernet(udpPacket(asked(FOUR, { from }), { ttl: 1 })),
    )
  ),
]);
testRows(
  routed(SIX),
  ["::", "::1", "ff02::1"].map((from) =>
    silent(
      `nobody is told at ${from}, which is no host's address`,
      ethernet(udpPacket(asked(SIX, { from }), { ttl: 1 })),
    )
  ),
);
testRows(routed(FOUR, { encap: "gre4" }), [{
  sentence: "a tunnel does not look at the TTL of what it carries",
  frame: ethernet(LAST),
  verdict: "forwarded",
  inside: LAST,
}]);

steeringTest("TTLs that end are counted for the VIP, and the errors", DSR(), (sim) => {
  sim.frames([ethernet(LAST), ethernet(LAST), ethernet(lastError(FOUR))]);
  assert.equal(vipCounters(sim, 0).ttl_expired, 3);
  assert.equal(vipCounters(sim, 0).packets, 0);
  assert.equal(counters(sim).icmp_sent, 2);
  assert.equal(counters(sim).tx_packets, 2);
});

steeringTest("no more than 1,000 errors leave in a second", DSR(), (sim) => {
  const many = Array.from({ length: 1200 }, () => ethernet(LAST));
  const made = () => sim.frames(many).filter((result) => result.made.length > 0).length;
  assert.equal(made(), 1000);
  assert.equal(made(), 0);
  assert.equal(counters(sim).icmp_sent, 1000);
  assert.equal(counters(sim).icmp_limited, 1400);
  sim.setClock(1);
  assert.equal(made(), 1000);
  assert.equal(counters(sim).drop_ttl_expired, 3600, "the limit changes no verdict");
});

steeringTest(
  "the limit is one for all kinds of errors",
  routed(FOUR, { servers: [{ address: FOUR.server, mtu: 600 }] })(),
  (sim) => {
    const big = ethernet(sized(asked(FOUR), 1400, { fragment: 0x4000 }));
    sim.frames(Array.from({ length: 999 }, () => ethernet(LAST)));
    const made = sim.frames([big, big]).map((result) => result.made.length);
    assert.deepEqual(made, [1, 0]);
  },
);
