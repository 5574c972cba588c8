/** What does not fit its way and may be cut leaves in fragments. */
import assert from "node:assert/strict";
import type { Encap } from "../../lib/dataplane.ts";
import { cut4 } from "./expected/cut.ts";
import { l3Of, toHop } from "./expected/link.ts";
import { type Bytes, bytes, ethernet } from "./frame.ts";
import {
  between,
  CLIENTS,
  fromClient,
  fromServer,
  MACS,
  pass,
  SERVERS,
  toClient,
} from "./nat_bed.ts";
import { asked, FOUR, type Said, SIX, sized, turned } from "./people.ts";
import { hex, leavingOf, type Row, testRows } from "./table.ts";
import { tablesOf, type VipGiven } from "./tables.ts";
import { counters, serverCounters, steeringTest, vipCounters } from "./traffic.ts";

const WAYS: [Encap, string, number][] = [
  ["gre4", "10.0.0.1", 24],
  ["gre6", "2001:db8:1::1", 44],
  ["ipip", "10.0.0.1", 20],
  ["ipip", "2001:db8:1::1", 40],
  ["gue", "10.0.0.1", 28],
  ["gue", "2001:db8:1::1", 48],
];
const DF = { fragment: 0x4000 };

function over(encap: Encap, address: string, mtu: number, more: Partial<VipGiven> = {}) {
  const servers = [{ address, mtu }];
  return () => tablesOf([FOUR, SIX].map(({ prefix }) => ({ prefix, encap, servers, ...more })));
}

function cut(sentence: string, packet: Uint8Array, mtu: number, tags?: Bytes): Row {
  const plain = ethernet(packet);
  const frame = bytes(plain.subarray(0, 12), tags ?? bytes(), plain.subarray(12));
  return { sentence, frame, verdict: "forwarded", inside: packet, mtu, ...tags ? { tags } : {} };
}
const four = (size: number, said: Said = {}) => sized(asked(FOUR), size, said);
const six = (size: number) => sized(asked(SIX), size);
const QINQ = bytes(0x88, 0xa8, 0, 7, 0x81, 0, 0, 100);

for (const [encap, server, growth] of WAYS) {
  const name = `${encap} over IPv${server.includes(":") ? 6 : 4}`;
  testRows(over(encap, server, 1500), [
    cut(`${name} cuts a packet that is one byte too long`, four(1501 - growth), 1500),
    cut(`${name} cuts a packet of 1,500 bytes in two`, four(1500), 1500),
    cut(`${name} cuts a packet of 9,000 bytes in seven`, four(9000), 1500),
    cut(`${name} keeps the VLAN tags on every fragment`, four(1500), 1500, QINQ),
    cut(`${name} copies TOS to every fragment`, four(3000, { tos: 0xb9 }), 1500),
  ]);
  testRows(over(encap, server, 1401), [
    cut(`${name} fills fragments in units of 8 bytes`, four(1500), 1401),
  ]);
  testRows(over(encap, server, 1500, { df: "clear" }), [
    cut(`${name}, don't-fragment clear: cuts a packet that has it`, four(1500, DF), 1500),
    cut(`${name}, don't-fragment clear: cuts an IPv6 packet`, six(1500), 1500),
  ]);
  testRows(
    over(encap, server, 1290),
    [
      cut(
        `${name} cuts an IPv6 packet of 1,280 bytes, which every sender may send`,
        six(1280),
        1290,
      ),
    ],
  );
}

/** l3dsr and nat4 cut the packet itself. */
const OPTIONS = bytes(7, 7, 4, 0, 0, 0, 0, 148, 4, 0, 0, 0);
for (const encap of ["l3dsr", "nat4"] as const) {
  const given = { encap, dscp: encap === "l3dsr" ? 5 : 0 };
  const rows = [
    ["cuts a packet that may be cut", {}],
    ["copies only those IPv4 options that are to be copied", { options: OPTIONS }],
    ["cuts a first fragment further", { fragment: 0x2000 }],
  ] as [string, Said][];
  testRows(
    () =>
      tablesOf([{ prefix: FOUR.prefix, ...given, servers: [{ address: FOUR.server, mtu: 576 }] }]),
    rows.map(([sentence, said]) => {
      const left = { ...said, ttl: 63, tos: given.dscp << 2 };
      const whole = sized({ ...asked(FOUR), to: FOUR.server }, 1500, left);
      return {
        sentence: `${encap} ${sentence}`,
        frame: ethernet(sized(asked(FOUR), 1500, said)),
        verdict: "forwarded",
        out: cut4(whole, 576).map((piece) => toHop(piece)),
      };
    }),
  );
}

steeringTest(
  "nat4: a reply that does not fit the client's interface is cut on its way back",
  between([{ prefix: FOUR.prefix, encap: "nat4", servers: [FOUR.server] }], {
    ports: [
      { index: CLIENTS, mac: MACS.clients, mtu: 600 },
      {
        index: SERVERS,
        mac: MACS.servers,
        snat: ["nat4"],
      },
    ],
  }),
  (sim) => {
    pass(sim, fromClient(four(100)), CLIENTS);
    const back = { ...turned(asked(FOUR)), from: FOUR.server };
    const result = pass(sim, fromServer(sized(back, 1300)), SERVERS);
    const whole = sized(turned(asked(FOUR)), 1300, { ttl: 63 });
    assert.equal(result.verdict, "returned");
    const expected = cut4(whole, 600).map((piece) => hex(toClient(piece)));
    assert.deepEqual(leavingOf(result).map(hex), expected);
    assert.ok(result.made.every(({ port }) => port === CLIENTS));
    assert.equal(serverCounters(sim, 1).return_packets, 1);
    assert.equal(counters(sim).fragmented, 1);
  },
);

/** What a receiver makes of the fragments of one packet: offsets meet, and only the last has no more behind it. */
function joined(frames: Uint8Array[]): { id: string; payload: Bytes } {
  const pieces = frames.map((frame) => {
    const ip = frame.subarray(l3Of(frame));
    const u16 = (at: number) => ip[at]! * 256 + ip[at + 1]!;
    return ip[0]! >> 4 === 4
      ? {
        id: hex(ip.subarray(4, 6)),
        at: (u16(6) & 0x1fff) * 8,
        more: (u16(6) & 0x2000) !== 0,
        data: ip.subarray(20),
      }
      : {
        id: hex(ip.subarray(44, 48)),
        at: u16(42) & 0xfff8,
        more: (u16(42) & 1) === 1,
        data: ip.subarray(48),
      };
  });
  let end = 0;
  for (const [i, { at, more, data, id }] of pieces.entries()) {
    assert.equal(at, end);
    assert.equal(more, i < pieces.length - 1);
    assert.equal(id, pieces[0]!.id);
    end += data.length;
  }
  return { id: pieces[0]!.id, payload: bytes(...pieces.map(({ data }) => data)) };
}

for (const [encap, server] of WAYS) {
  const name = `${encap} over IPv${server.includes(":") ? 6 : 4}`;
  steeringTest(
    `${name}: fragments of different packets have different ids`,
    over(encap, server, 1500)(),
    (sim) => {
      const packet = four(4000);
      const results = sim.frames(Array.from({ length: 300 }, () => ethernet(packet)));
      const seen = results.map((result) => joined(leavingOf(result)));
      assert.equal(new Set(seen.map(({ id }) => id)).size, 300);
      for (const { payload } of seen) {
        assert.deepEqual(hex(payload.subarray(payload.length - packet.length)), hex(packet));
      }
    },
  );
}

steeringTest(
  "a packet in fragments is one packet, and counts as one",
  over("gre4", "10.0.0.1", 1500)(),
  (sim) => {
    const result = sim.frames([ethernet(four(4000))])[0]!;
    const worker = counters(sim);
    assert.deepEqual([worker.forwarded, worker.fragmented, worker.tx_packets], [1, 1, 3]);
    assert.equal(worker.tx_bytes, leavingOf(result).reduce((n, frame) => n + frame.length, 0));
    for (const counted of [vipCounters(sim, 0), serverCounters(sim, 1)]) {
      assert.deepEqual([counted.packets, counted.bytes], [1, 4000]);
    }
  },
);

steeringTest(
  "a packet in more fragments than there is room for is dropped, and counts for nobody",
  over("gre4", "10.0.0.1", 68)(),
  (sim) => {
    const result = sim.frames([ethernet(four(60_000))])[0]!;
    assert.equal(result.verdict, "drop_no_room");
    assert.deepEqual(leavingOf(result), []);
    for (const counted of [vipCounters(sim, 0), serverCounters(sim, 1)]) {
      assert.deepEqual([counted.packets, counted.bytes], [0, 0]);
    }
    assert.equal(counters(sim).fragmented, 0);
    const after = sim.frames([ethernet(four(2000))])[0]!;
    assert.equal(after.verdict, "forwarded");
    assert.equal(joined(leavingOf(after)).payload.length, 2004);
  },
);
