/** What the outer headers of tunnels say. */
import assert from "node:assert/strict";
import type { DfPolicy, Encap } from "../../lib/dataplane.ts";
import { hexAddress } from "./addresses.ts";
import { freeOf } from "./expected/tunnel.ts";
import { ethernet } from "./frame.ts";
import { asked, FOUR, SIX, tcpPacket } from "./people.ts";
import { type Row, testRows } from "./table.ts";
import { type Settings, tablesOf, type VipGiven } from "./tables.ts";
import { flows, send, steeringTest } from "./traffic.ts";

const TUNNELS: [Encap, string][] = [
  ["gre4", "10.0.0.1"],
  ["gre6", "2001:db8:1::1"],
  ["ipip", "10.0.0.1"],
  ["ipip", "2001:db8:1::1"],
  ["gue", "10.0.0.1"],
  ["gue", "2001:db8:1::1"],
];

/** Both families of VIP over one tunnel to one server. */
function over(encap: Encap, server: string, more: Partial<VipGiven> = {}, settings: Settings = {}) {
  const servers = [server];
  return tablesOf([
    { prefix: FOUR.prefix, encap, servers, ...more },
    { prefix: SIX.prefix, encap, servers, ...more },
  ], settings);
}

function carried(sentence: string, packet: Uint8Array): Row {
  return { sentence, frame: ethernet(packet), verdict: "forwarded", inside: packet };
}

const whole = tcpPacket(asked(FOUR), { fragment: 0x4000 });
const cuttable = tcpPacket(asked(FOUR), { fragment: 0 });
const six = tcpPacket(asked(SIX));

for (const [encap, server] of TUNNELS) {
  const name = `${encap} over ${server.includes(":") ? "IPv6" : "IPv4"}`;
  for (const ttl of [1, 63, 255]) {
    testRows(() => over(encap, server, { ttl }), [
      carried(`${name} has a TTL of ${ttl} where the VIP says so`, cuttable),
      carried(`${name} has a TTL of ${ttl} before an IPv6 packet, too`, six),
    ]);
  }
  for (const df of ["copy", "set", "clear"] as DfPolicy[]) {
    testRows(() => over(encap, server, { df }), [
      carried(`${name}, don't-fragment ${df}: before a packet that has it`, whole),
      carried(`${name}, don't-fragment ${df}: before a packet that has it not`, cuttable),
      carried(`${name}, don't-fragment ${df}: before an IPv6 packet`, six),
    ]);
  }
}

testRows(() => over("gue", "10.0.0.1", {}, { guePort: 9886 }), [
  carried("gue goes to the port that is configured", cuttable),
]);
testRows(() => over("gre4", "10.0.0.1", {}, { source4: null, entropy4: "172.16.0.0/12" }), [
  carried("gre4 needs no source address where it has a prefix for it", cuttable),
]);
testRows(() => over("ipip", "2001:db8:1::1", {}, { source6: null, entropy6: "100::/64" }), [
  carried("ipip needs no IPv6 source address where it has a prefix for it", six),
]);

/** For a tunnel whose headers have a field of the flow: that it is the flow's, and that flows differ. */
function testEntropy(
  sentence: string,
  tables: ReturnType<typeof tablesOf>,
  field: (frame: Uint8Array) => string,
): void {
  steeringTest(sentence, tables, (simulation) => {
    const seen = () => send(simulation, flows(300)).map(({ output }) => field(output!));
    const first = seen();
    assert.deepEqual(seen(), first, "a flow keeps its own");
    const different = new Set(first).size;
    assert.ok(different > 250, `${different} of 300 flows differ`);
  });
}
const sport = (frame: Uint8Array) => String(freeOf(frame).sport);
const source = (frame: Uint8Array) => hexAddress(freeOf(frame).source);

const PREFIXES = { entropy4: "172.16.0.0/12", entropy6: "2001:db8:e:f::/64" };
for (const [encap, server] of TUNNELS) {
  const name = `${encap} over ${server.includes(":") ? "IPv6" : "IPv4"}`;
  if (encap === "gue") {
    testEntropy(`${name} shows the flow in its source port`, over(encap, server), sport);
    steeringTest(
      `${name} has one source address, whatever prefixes are given`,
      over(encap, server, {}, PREFIXES),
      (simulation) => {
        const sources = send(simulation, flows(100)).map(({ output }) => source(output!));
        assert.equal(new Set(sources).size, 1);
      },
    );
  } else {
    testEntropy(
      `${name} shows the flow in its source address`,
      over(encap, server, {}, PREFIXES),
      source,
    );
  }
}

for (
  const [entropy, server, encap, hosts] of [
    [{ entropy4: "172.16.0.4/30" }, "10.0.0.1", "gre4", ["ac100005", "ac100006"]],
    [{ entropy6: "2001:db8::8/126" }, "2001:db8:1::1", "gre6", [
      "20010db8000000000000000000000009",
      "20010db800000000000000000000000a",
    ]],
  ] as const
) {
  steeringTest(
    `of the smallest prefix for sources over ${encap} all addresses but the first and the last are used`,
    over(encap, server, {}, entropy),
    (simulation) => {
      const sources = send(simulation, flows(200)).map(({ output }) => source(output!));
      assert.deepEqual([...new Set(sources)].sort(), hosts);
    },
  );
}

steeringTest(
  "outer headers that may be fragmented on their way have ids of their own (RFC 6864)",
  over("gre4", "10.0.0.1", { df: "clear" }),
  (simulation) => {
    const ids = send(simulation, flows(2000)).map(({ output }) => freeOf(output!).id);
    assert.equal(new Set(ids).size, 2000);
  },
);

steeringTest(
  "a sticky VIP's packets show the client, who is the flow",
  over("gue", "10.0.0.1", { sticky: true }),
  (simulation) => {
    const ports = send(simulation, flows(50)).map(({ output }) => freeOf(output!).sport);
    assert.equal(new Set(ports).size, 1);
  },
);
