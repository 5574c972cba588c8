import assert from "node:assert/strict";
import fc from "fast-check";
import { simulate } from "../../ffi/mod.ts";
import { bytes, ethernet, frame, ipv4 } from "./frame.ts";
import { echo } from "./icmp.ts";
import { tablesOf } from "./tables.ts";
import { counters, serverCounters, vipCounters } from "./traffic.ts";

const ends = (to: string, sport: number) => ({ from: "203.0.113.7", to, sport, dport: 80 });
const KINDS: ((n: number) => Uint8Array)[] = [
  (n) => frame(ends("90.1.2.3", n)),
  (n) => frame({ ...ends("90.1.2.3", n), protocol: "udp", payload: new Uint8Array(n % 1400) }),
  (n) => frame({ from: "2001:db8::7", to: "2002::9", sport: n, dport: 443 }),
  (n) => frame(ends("92.0.0.1", n)),
  (n) => frame(ends("93.0.0.1", n)),
  (n) => frame(ends("91.0.0.1", n)),
  (n) => ethernet(bytes(n % 256), { type: 0x0806 }),
  (n) => ethernet(ipv4({ from: "203.0.113.7", to: "90.1.2.3", protocol: 1, ttl: n % 2 }, echo())),
  (n) => frame(ends("90.1.2.3", n)).slice(0, n % 54),
  (n) =>
    ethernet(
      ipv4({ from: "10.9.9.9", to: "90.0.0.1", protocol: 6, wrongChecksum: true }, bytes(n % 256)),
    ),
];
const tables = tablesOf([
  { prefix: "90.0.0.0/8", echo: false, servers: ["10.0.0.1", "10.0.0.2"] },
  { prefix: "2002::/16", encap: "gre6", servers: ["2001:db8:1::1"] },
  { prefix: "92.0.0.0/8", servers: [] },
  { prefix: "93.0.0.0/8", servers: [{ address: "10.0.0.9", hop: null }] },
], { buckets: 32 });

Deno.test("every frame is counted once, by its verdict, its VIP and its server", async () => {
  const some = fc.array(fc.tuple(fc.nat(KINDS.length - 1), fc.nat(60_000)), { maxLength: 400 });
  await fc.assert(
    fc.asyncProperty(some, async (picks) => {
      await using simulation = simulate();
      await simulation.commit(tables);
      const frames = picks.map(([kind, n]) => KINDS[kind]!(n));
      const results = simulation.frames(frames);
      const of = (verdict: string) => results.filter((r) => r.verdict === verdict);
      const total = counters(simulation);
      for (const { name } of simulation.catalog.verdicts) {
        assert.equal(total[name], of(name).length, name);
      }
      const sum = simulation.catalog.verdicts.reduce((n, { name }) => n + total[name]!, 0);
      assert.equal(sum, frames.length);
      assert.equal(total.rx_packets, frames.length);
      assert.equal(total.tx_packets, of("forwarded").length);
      assert.equal(
        total.tx_bytes,
        of("forwarded").reduce((n, { output }) => n + output!.length, 0),
      );
      const steered = of("forwarded").length + of("drop_no_next_hop").length;
      assert.equal(total.next_packet! + total.first_packet! + total.untracked_packet!, steered);
      assert.equal(simulation.tableUse().flows, total.first_packet! - total.flows_expired!);
      for (const { id } of tables.vips) {
        const vip = vipCounters(simulation, id);
        const mine = results.filter((r) => r.vip === id);
        assert.equal(vip.packets, mine.filter((r) => r.verdict === "forwarded").length);
        assert.equal(vip.no_server, mine.filter((r) => r.verdict === "drop_no_server").length);
        assert.equal(vip.no_next_hop, mine.filter((r) => r.verdict === "drop_no_next_hop").length);
      }
      for (const { slot, encap } of tables.servers) {
        const server = serverCounters(simulation, slot);
        const mine = of("forwarded").filter((r) => r.server === slot);
        const outer = 14 + (encap === "gre4" ? 24 : 44);
        assert.equal(server.packets, mine.length);
        assert.equal(server.bytes, mine.reduce((n, { output }) => n + output!.length - outer, 0));
        assert.equal(server.flows, simulation.flows({ servers: [slot] }, 1000).flows.length);
      }
    }),
    { numRuns: 40 },
  );
});

Deno.test("a trace counts and remembers nothing, and tells the same as the packet", async () => {
  await using simulation = simulate();
  await simulation.commit(tables);
  const one = frame(ends("90.1.2.3", 5));
  const traced = simulation.trace(one);
  assert.equal(counters(simulation).forwarded, 0);
  assert.equal(simulation.tableUse().flows, 0);
  assert.equal(traced.decided, "table");
  const [sent] = simulation.frames([one]);
  assert.deepEqual([sent?.server, sent?.hash, sent?.slot, sent?.output], [
    traced.server,
    traced.hash,
    traced.slot,
    traced.output,
  ]);
  assert.equal(simulation.trace(one).decided, "flow");
});

Deno.test("any bytes: a verdict for each, and nothing leaves that is not forwarded", async () => {
  await using simulation = simulate();
  await simulation.commit(tables);
  const seeds = KINDS.map((kind) => kind(33));
  const change = fc.array(fc.tuple(fc.nat(90), fc.nat(255)), { maxLength: 5 });
  const frames = fc.tuple(fc.constantFrom(...seeds), change, fc.uint8Array({ maxLength: 40 }));
  fc.assert(
    fc.property(fc.array(frames, { minLength: 1, maxLength: 70 }), (given) => {
      const input = given.map(([seed, changes, tail]) => {
        const frame = bytes(seed, tail);
        for (const [at, value] of changes) if (at < frame.length) frame[at] = value;
        return frame;
      });
      for (const [i, { verdict, output }] of simulation.frames(input).entries()) {
        assert.equal(output !== null, verdict === "forwarded");
        if (output === null) continue;
        const inner = output.subarray(output.length - innerLength(output));
        assert.ok(contains(input[i]!, inner), "the inner packet is the one that came");
      }
    }),
    { numRuns: 300 },
  );
});

/** Bytes of the packet inside, by the outer header's own length. */
function innerLength(frame: Uint8Array): number {
  let at = 12;
  while (frame[at] === 0x81 || frame[at] === 0x88) at += 4;
  const length = (offset: number) => frame[at + 2 + offset]! * 256 + frame[at + 3 + offset]!;
  return frame[at + 2]! >> 4 === 4 ? length(2) - 24 : length(4) - 4;
}

function contains(frame: Uint8Array, part: Uint8Array): boolean {
  const text = Array.from(frame).join(",");
  return `,${text},`.includes(`,${Array.from(part).join(",")},`);
}
