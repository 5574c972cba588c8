/** What does not fit its way and may not be cut: the sender is told what would. */
import assert from "node:assert/strict";
import type { DfPolicy, Encap } from "../../lib/dataplane.ts";
import { linked } from "./expected/link.ts";
import { toldTooBig } from "./expected/told.ts";
import { bytes, ethernet, mac } from "./frame.ts";
import { icmpError } from "./icmp.ts";
import { between, CLIENTS, fromClient, fromServer, MACS, pass, SERVERS } from "./nat_bed.ts";
import { asked, FOUR, type Side, SIDES, SIX, sized, turned } from "./people.ts";
import { type Row, testRows } from "./table.ts";
import { tablesOf, type VipGiven } from "./tables.ts";
import { counters, steeringTest, vipCounters } from "./traffic.ts";

/** Encaps, a server, and the bytes of the outer headers. */
const WAYS: [Encap, string, number][] = [
  ["gre4", "10.0.0.1", 24],
  ["gre6", "2001:db8:1::1", 44],
  ["ipip", "10.0.0.1", 20],
  ["ipip", "2001:db8:1::1", 40],
  ["gue", "10.0.0.1", 28],
  ["gue", "2001:db8:1::1", 48],
];
const DF = { fragment: 0x4000 };

function over(
  side: Side,
  encap: Encap,
  address: string,
  mtu: number,
  more: Partial<VipGiven> = {},
) {
  const vip = { prefix: side.prefix, encap, servers: [{ address, mtu }] };
  return () => tablesOf([{ ...vip, ...more }], { mtu: 1500 });
}

function told(sentence: string, side: Side, packet: Uint8Array, mtu: number): Row {
  return {
    sentence,
    frame: ethernet(packet),
    verdict: "drop_too_big",
    told: toldTooBig(packet, asked(side), mtu),
  };
}

function carried(sentence: string, packet: Uint8Array): Row {
  return { sentence, frame: ethernet(packet), verdict: "forwarded", inside: packet };
}

for (const side of SIDES) {
  const over4 = `an IPv${side.family} packet`;
  for (const [encap, server, growth] of WAYS) {
    const name = `${encap} over IPv${server.includes(":") ? 6 : 4}`;
    testRows(over(side, encap, server, 0), [
      carried(
        `${name}: ${over4} of ${1500 - growth} bytes fits`,
        sized(asked(side), 1500 - growth, DF),
      ),
      told(
        `${name}: of ${over4} with one more byte the sender is told`,
        side,
        sized(asked(side), 1501 - growth, DF),
        1500 - growth,
      ),
    ]);
    testRows(over(side, encap, server, 1400), [
      told(
        `${name}: a narrower way behind the link counts for ${over4}`,
        side,
        sized(asked(side), 1401 - growth, DF),
        1400 - growth,
      ),
    ]);
  }
}

for (const df of ["copy", "set"] as DfPolicy[]) {
  testRows(over(FOUR, "gre4", "10.0.0.1", 0, { df }), [
    told(
      `don't-fragment ${df}: of a packet with it the sender is told`,
      FOUR,
      sized(asked(FOUR), 1490, DF),
      1476,
    ),
  ]);
}
testRows(over(FOUR, "gre4", "10.0.0.1", 0, { df: "set" }), [
  told(
    "don't-fragment set: of a packet without it the sender is told, too",
    FOUR,
    sized(asked(FOUR), 1490),
    1476,
  ),
  carried("don't-fragment set: what fits is carried", sized(asked(FOUR), 1476)),
]);
testRows(over(SIX, "gre6", "2001:db8:1::1", 1300), [
  told(
    "no IPv6 sender is told of less than 1,280 bytes",
    SIX,
    sized(asked(SIX), 1281),
    1280,
  ),
]);
testRows(over(SIX, "gre6", "2001:db8:1::1", 1300, { df: "set" }), [
  told(
    "a tunnel that must not be cut is too narrow even for 1,280 bytes",
    SIX,
    sized(asked(SIX), 1280),
    1280,
  ),
]);

for (const side of SIDES) {
  const server = [{ address: side.server, mtu: 1400 }];
  const ends = asked(side);
  const tables = () => tablesOf([{ prefix: side.prefix, encap: side.nat, servers: server }]);
  const long = sized(ends, 1401, DF);
  testRows(tables, [
    told(`${side.nat}: of a packet that does not fit the sender is told`, side, long, 1400),
    {
      sentence: `${side.nat}: with the VLAN tags that the packet came with`,
      frame: ethernet(long, { vlans: [{ tag: 100 }] }),
      verdict: "drop_too_big",
      told: toldTooBig(long, ends, 1400, bytes(0x81, 0, 0, 100)),
    },
    {
      sentence: `${side.nat}: nobody is told who came in a group's frame`,
      frame: ethernet(long, { to: mac("33:33:00:00:00:01") }),
      verdict: "drop_too_big",
    },
    {
      sentence: `${side.nat}: of an ICMP error that is too big nobody is told`,
      frame: ethernet(bigError(side)),
      verdict: "drop_too_big",
    },
  ]);
  steeringTest(
    `${side.nat}: on the way back the MTU is that of the client's interface, and the server is told`,
    between([{ prefix: side.prefix, encap: side.nat, servers: [side.server] }], {
      ports: [
        { index: CLIENTS, mac: MACS.clients, mtu: 1400 },
        { index: SERVERS, mac: MACS.servers, snat: ["nat4", "nat6"] },
      ],
    }),
    (sim) => {
      const server = { ...turned(ends), from: side.server };
      pass(sim, fromClient(sized(ends, 100)), CLIENTS);
      assert.equal(pass(sim, fromServer(sized(server, 1400, DF)), SERVERS).verdict, "returned");
      const back = sized(server, 1401, DF);
      const result = pass(sim, fromServer(back), SERVERS);
      assert.equal(result.verdict, "drop_too_big");
      const error = toldTooBig(back, server, 1400)(0).subarray(14);
      assert.deepEqual(result.made, [{
        port: SERVERS,
        frame: linked(MACS.server, MACS.servers, error),
      }]);
    },
  );
}

/** An ICMP error of more than 1,400 bytes to a VIP. */
function bigError(side: Side): Uint8Array {
  const quote = sized(turned(asked(side)), 1380);
  const kind = side.family === 4 ? { type: 3, code: 4 } : { type: 2 };
  return icmpError({ ...kind, from: side.router, to: side.vip, value: 1300, quote, ...DF });
}

steeringTest(
  "packets that are too big are counted for their VIP, and are not forwarded",
  over(FOUR, "gre4", "10.0.0.1", 0)(),
  (sim) => {
    const frames = [1476, 1477, 9000].map((size) => ethernet(sized(asked(FOUR), size, DF)));
    sim.frames(frames);
    const vip = vipCounters(sim, 0);
    assert.deepEqual([vip.packets, vip.bytes, vip.too_big], [1, 1476, 2]);
    const worker = counters(sim);
    assert.deepEqual([worker.forwarded, worker.drop_too_big, worker.icmp_sent], [1, 2, 2]);
    assert.equal(worker.tx_packets, 3);
    assert.equal(sim.tableUse().flows, 1, "they are a flow like others");
  },
);
steeringTest(
  "no more than 1,000 senders are told in a second",
  over(SIX, "gre6", "2001:db8:1::1", 0)(),
  (sim) => {
    const long = ethernet(sized(asked(SIX), 1500));
    const made = () =>
      sim.frames(Array.from({ length: 1100 }, () => long)).filter(({ made }) => made.length).length;
    assert.equal(made(), 1000);
    assert.equal(counters(sim).icmp_limited, 100);
    sim.setClock(2);
    assert.equal(made(), 1000);
  },
);
