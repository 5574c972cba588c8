import assert from "node:assert/strict";
import { simulate } from "../../ffi/mod.ts";
import { parseConfig } from "../../lib/config.ts";
import type { FrameResult } from "../../lib/dataplane.ts";
import { buildSnapshot } from "../../lib/snapshot.ts";
import { assignIds, type Ids, NO_IDS } from "../../lib/snapshot/slots.ts";
import { buildTables } from "../../lib/snapshot/tables.ts";
import type { Port } from "../../lib/ports.ts";
import { bytes, frame, ip } from "../packets/frame.ts";

const NET0: Port = {
  name: "net0",
  device: "null",
  info: {
    ...{ index: 0, linkUp: true, linkMbps: 0, missed: 0, mtu: 1500, mac: "00:00:00:00:00:00" },
    ...{ held: "held", driver: "simulation" },
  },
};

/** What a VIP with such servers and fields runs by, after `ids`. */
function tables(servers: number[], fields: object, ids: Ids) {
  const addresses = servers.map((last) => ({ address: `10.0.0.${last}` }));
  const config = parseConfig({
    conf: { ip4_src_address: "192.0.2.1", buckets: 1024 },
    interfaces: { net0: { device: "null" } },
    vips: [{ prefix: "90.0.0.0/8", servers: addresses, ...fields }],
  });
  const next = assignIds(ids, config);
  const mac = "02:00:00:00:00:09";
  const hop = { hop: { interface: "net0", mac }, reason: null } as const;
  const snapshot = buildSnapshot({
    revision: 1,
    config,
    ids: next,
    tables: buildTables(config, next, new Map()),
    ports: new Map([["net0", NET0]]),
    own: [],
    nextHops: new Map([1, 2, 3].map((last) => [`10.0.0.${last}`, hop])),
  });
  return { ids: next, snapshot };
}

const FRAMES = Array.from(
  { length: 200 },
  (_, i) => frame({ from: "203.0.113.7", to: "90.1.2.3", sport: 1024 + i, dport: 80 }),
);

/** IPv4 protocol and destination of what left. */
function left({ output }: FrameResult) {
  return { protocol: output![23], to: output!.slice(30, 34) };
}

Deno.test("with another encap flows stay with their servers, and go to removed ones as before", async () => {
  await using simulation = simulate();
  const before = tables([1, 2, 3], {}, NO_IDS);
  await simulation.commit(before.snapshot);
  const first = simulation.frames(FRAMES);
  const after = tables([1, 2], { encap: "l3dsr", dscp: 5 }, before.ids);
  await simulation.commit(after.snapshot);
  const removed = before.ids.vips.get("90.0.0.0/8")!.servers.get("10.0.0.3")!.slot;
  let toRemoved = 0;
  for (const [i, result] of simulation.frames(FRAMES).entries()) {
    assert.equal(result.decided, "flow");
    assert.equal(result.server, first[i]?.server);
    const gre = result.server === removed;
    assert.deepEqual(left(result), { protocol: gre ? 47 : 6, to: left(first[i]!).to });
    toRemoved += gre ? 1 : 0;
  }
  assert.ok(toRemoved > 20, `${toRemoved} of 200 flows were the removed server's`);
});

Deno.test("a changed target port holds for the next packet of every flow", async () => {
  await using simulation = simulate();
  const nat = { encap: "nat4", protocol: "tcp", port: 80 };
  const before = tables([1, 2, 3], nat, NO_IDS);
  await simulation.commit(before.snapshot);
  simulation.frames(FRAMES);
  await simulation.commit(tables([1, 2, 3], { ...nat, target_port: 8080 }, before.ids).snapshot);
  for (const { decided, output } of simulation.frames(FRAMES)) {
    assert.equal(decided, "flow");
    assert.deepEqual(output!.slice(36, 38), bytes(8080 >> 8, 8080 & 0xff));
    assert.deepEqual(output!.slice(26, 30), ip("203.0.113.7"));
  }
});
