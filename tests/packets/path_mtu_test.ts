/** What routers say about a tunnel's packets: they tell the node, and it is noted for whoever asks. */
import assert from "node:assert/strict";
import type { Encap, Snapshot } from "../../lib/dataplane.ts";
import { SOURCE4, SOURCE6 } from "./expected/link.ts";
import { l3Of } from "./expected/link.ts";
import { ethernet } from "./frame.ts";
import { quoteOf, tooBig, unreachable } from "./icmp.ts";
import { asked, FOUR, SIX, sized, tcpPacket, turned, udpPacket } from "./people.ts";
import { leavingOf } from "./table.ts";
import { type Settings, tablesOf } from "./tables.ts";
import { steeringTest } from "./traffic.ts";

const TUNNELS: [Encap, string][] = [
  ["gre4", "10.0.0.1"],
  ["gre6", "2001:db8:1::1"],
  ["ipip", "10.0.0.1"],
  ["ipip", "2001:db8:1::1"],
  ["gue", "10.0.0.1"],
  ["gue", "2001:db8:1::1"],
];

function over(encap: Encap, server: string, settings: Settings = {}): Snapshot {
  return tablesOf([{ prefix: FOUR.prefix, encap, servers: [server] }], settings);
}

/** The outer packet around a client's, as a router on the way to the server sees it. */
function outer(sim: Parameters<Parameters<typeof steeringTest>[2]>[0], sport = 40001): Uint8Array {
  const frame = ethernet(sized(asked(FOUR, { sport }), 1400, { fragment: 0x4000 }));
  const { output } = sim.frames([frame])[0]!;
  return output!.subarray(l3Of(output!));
}

const own = (server: string) => server.includes(":") ? SOURCE6 : SOURCE4;
const router = (server: string) => server.includes(":") ? SIX.router : FOUR.router;
const told = ({ address, mtu }: { address: string; mtu: number }) => [address, mtu];

for (const [encap, server] of TUNNELS) {
  const name = `${encap} over IPv${server.includes(":") ? 6 : 4}`;
  for (const l4 of [8, 200]) {
    steeringTest(
      `${name}: "too big" that quotes ${l4} bytes behind the outer header is noted, and left to the kernel`,
      over(encap, server),
      (sim) => {
        const error = tooBig(router(server), own(server), 1380, quoteOf(outer(sim), l4));
        const [result] = sim.frames([ethernet(error)]);
        assert.equal(result?.verdict, "left_not_vip");
        assert.deepEqual(leavingOf(result), []);
        assert.deepEqual(sim.pathMtus().map(told), [[server, 1380]]);
        assert.deepEqual(sim.pathMtus(), [], "each is told once");
      },
    );
  }
  if (encap === "gue") continue;
  const entropy = server.includes(":") ? { entropy6: "100::/64" } : { entropy4: "172.16.0.0/12" };
  steeringTest(
    `${name}: so it is where the source is one of the prefix`,
    over(encap, server, entropy),
    (sim) => {
      for (const sport of [1, 2, 3]) {
        const packet = outer(sim, sport);
        const to = server.includes(":")
          ? Array.from(
            { length: 8 },
            (_, i) => (packet[8 + 2 * i]! * 256 + packet[9 + 2 * i]!).toString(16),
          ).join(":")
          : packet.subarray(12, 16).join(".");
        sim.frames([ethernet(tooBig(router(server), to, 1300, quoteOf(packet)))]);
      }
      assert.deepEqual(sim.pathMtus().map(told), Array(3).fill([server, 1300]));
    },
  );
}

steeringTest(
  "a router that does not say how much fits is taken for 576 bytes",
  over("gre4", "10.0.0.1"),
  (sim) => {
    sim.frames([ethernet(tooBig(FOUR.router, SOURCE4, 0, quoteOf(outer(sim))))]);
    assert.deepEqual(sim.pathMtus().map(told), [["10.0.0.1", 576]]);
  },
);
steeringTest(
  "what is about no tunnel of the node is not noted",
  over("gre4", "10.0.0.1"),
  (sim) => {
    const packet = quoteOf(outer(sim));
    const foreign = packet.slice();
    foreign.set([198, 51, 100, 1], 12);
    const node = { from: SOURCE4, to: FOUR.router, sport: 5, dport: 6 };
    for (
      const error of [
        unreachable(FOUR.router, SOURCE4, packet),
        tooBig(FOUR.router, SOURCE4, 1300, foreign),
        tooBig(FOUR.router, "198.51.100.1", 1300, foreign),
        tooBig(FOUR.router, SOURCE4, 1300, quoteOf(tcpPacket(node))),
        tooBig(FOUR.router, SOURCE4, 1300, quoteOf(udpPacket({ ...node, dport: 6081 }))),
        tooBig(FOUR.router, FOUR.vip, 1300, quoteOf(tcpPacket(turned(asked(FOUR))))),
        tooBig(FOUR.router, SOURCE4, 1300, packet.subarray(0, 19)),
      ]
    ) sim.frames([ethernet(error)]);
    assert.deepEqual(sim.pathMtus(), []);
  },
);
steeringTest("a trace of such a message notes nothing", over("gre4", "10.0.0.1"), (sim) => {
  sim.trace(ethernet(tooBig(FOUR.router, SOURCE4, 1380, quoteOf(outer(sim)))));
  assert.deepEqual(sim.pathMtus(), []);
});
steeringTest(
  "when many such messages come, the latest are told",
  over("gre4", "10.0.0.1"),
  (sim) => {
    const packet = quoteOf(outer(sim));
    const errors = Array.from(
      { length: 200 },
      (_, i) => tooBig(FOUR.router, SOURCE4, 1000 + i, packet),
    );
    sim.frames(errors.map((error) => ethernet(error)));
    const mtus = sim.pathMtus().map(({ mtu }) => mtu);
    assert.ok(mtus.length >= 32 && mtus.length <= 200);
    assert.deepEqual(mtus, Array.from({ length: mtus.length }, (_, i) => 1200 - mtus.length + i));
  },
);
steeringTest(
  "a server's MTU that was learned counts for the next packet",
  over("gre4", "10.0.0.1"),
  async (sim) => {
    const frame = ethernet(sized(asked(FOUR), 1400, { fragment: 0x4000 }));
    sim.frames([ethernet(tooBig(FOUR.router, SOURCE4, 1380, quoteOf(outer(sim))))]);
    const [{ mtu } = { mtu: 0 }] = sim.pathMtus();
    await sim.commit(tablesOf([{ prefix: FOUR.prefix, servers: [{ address: "10.0.0.1", mtu }] }]));
    const [result] = sim.frames([frame]);
    assert.equal(result?.verdict, "drop_too_big");
    assert.equal(result.made.length, 1);
  },
);
