import assert from "node:assert/strict";
import fc from "fast-check";
import { RefusedError } from "../../lib/refused.ts";
import { type Config, parseConfig } from "../../lib/config.ts";
import { assignIds, type Ids, imageServers, NO_IDS, retireIds } from "../../lib/snapshot/slots.ts";

/** VIPs by prefix with the last bytes of their servers' addresses. */
function config(vips: Record<string, number[]>): Config {
  return parseConfig({
    conf: { ip4_src_address: "192.0.2.1" },
    vips: Object.entries(vips).map(([prefix, servers]) => ({
      prefix,
      servers: servers.map((last) => ({ address: `10.0.0.${last}` })),
    })),
  });
}

const A = "90.0.0.0/8";
const B = "91.0.0.0/8";

function slot(ids: Ids, vip: string, last: number): number | undefined {
  return ids.vips.get(vip)?.servers.get(`10.0.0.${last}`)?.slot;
}

function slots(ids: Ids): number[] {
  return [...imageServers(ids)].map(({ slot }) => slot).sort((a, b) => a - b);
}

const NO_FLOWS = () => 0;
const FLOWS = () => 1;

Deno.test("ids begin at 0 for VIPs and at 1 for servers, and stay", () => {
  const first = assignIds(NO_IDS, config({ [A]: [1, 2], [B]: [1] }));
  assert.deepEqual([first.vips.get(A)?.id, first.vips.get(B)?.id], [0, 1]);
  assert.deepEqual(slots(first), [1, 2, 3]);
  const second = assignIds(first, config({ [B]: [2, 1], [A]: [3, 2, 1] }));
  for (const [vip, last] of [[A, 1], [A, 2], [B, 1]] as const) {
    assert.equal(slot(second, vip, last), slot(first, vip, last));
  }
  assert.deepEqual(slots(second), [1, 2, 3, 4, 5]);
});

Deno.test("a removed server keeps its slot id until it has no flows, and gets it back", () => {
  const first = assignIds(NO_IDS, config({ [A]: [1, 2] }));
  const removed = assignIds(first, config({ [A]: [2] }));
  assert.equal(removed.vips.get(A)?.servers.get("10.0.0.1")?.live, false);
  assert.equal(retireIds(removed, FLOWS), removed);
  const back = assignIds(retireIds(removed, FLOWS), config({ [A]: [2, 1] }));
  assert.equal(slot(back, A, 1), slot(first, A, 1));
  const gone = retireIds(removed, NO_FLOWS);
  assert.deepEqual(slots(gone), [slot(first, A, 2)]);
  const other = assignIds(gone, config({ [A]: [2, 9] }));
  assert.equal(slot(other, A, 9), slot(first, A, 1));
});

Deno.test("a new server never gets the slot id of one whose flows are remembered", () => {
  const first = assignIds(NO_IDS, config({ [A]: [1, 2] }));
  const changed = assignIds(first, config({ [A]: [2, 3] }));
  assert.deepEqual(slots(changed), [1, 2, 3]);
  assert.equal(slot(changed, A, 3), 3);
});

Deno.test("a flushed server leaves the image at once; its slot id waits for its flows", () => {
  const first = assignIds(NO_IDS, config({ [A]: [1, 2] }));
  const flushed = assignIds(first, config({ [A]: [2] }), [{ vip: A, address: "10.0.0.1" }]);
  assert.deepEqual(slots(flushed), [2]);
  const added = assignIds(flushed, config({ [A]: [2, 3] }));
  assert.equal(slot(added, A, 3), 3);
  const free = retireIds(flushed, NO_FLOWS);
  assert.equal(slot(assignIds(free, config({ [A]: [2, 3] })), A, 3), 1);
});

Deno.test("a flushed server that stays configured begins anew", () => {
  const first = assignIds(NO_IDS, config({ [A]: [1, 2] }));
  const flushed = assignIds(first, config({ [A]: [1, 2] }), [{ vip: A }]);
  assert.deepEqual(slots(flushed), [3, 4]);
  assert.deepEqual([...flushed.flushed.keys()], [1, 2]);
});

Deno.test("a removed VIP's id is free once its servers' flows are over, and not before", () => {
  const first = assignIds(NO_IDS, config({ [A]: [1] }));
  const removed = assignIds(first, config({}));
  assert.equal(assignIds(removed, config({ [B]: [1] })).vips.get(B)?.id, 1);
  assert.equal(assignIds(removed, config({ [A]: [] })).vips.get(A)?.id, 0);
  const flushed = assignIds(first, config({}), [{ vip: A }]);
  assert.equal(flushed.vips.size, 0);
  assert.equal(assignIds(flushed, config({ [B]: [1] })).vips.get(B)?.id, 1);
  assert.equal(assignIds(retireIds(flushed, NO_FLOWS), config({ [B]: [1] })).vips.get(B)?.id, 0);
});

/** The first VIP with other fields. */
function changed(
  servers: number[],
  fields: object,
  conf: object = { ip4_src_address: "192.0.2.1" },
) {
  const addresses = servers.map((last) => ({ address: `10.0.0.${last}` }));
  return parseConfig({ conf, vips: [{ prefix: A, servers: addresses, ...fields }] });
}

Deno.test("a VIP with another encap keeps its ids; servers that stay are sent to the new way", () => {
  const first = assignIds(NO_IDS, changed([1, 2], { ttl: 9, df: "set" }));
  const now = assignIds(first, changed([1], { encap: "l3dsr", dscp: 7 }));
  assert.deepEqual(slots(now), slots(first));
  const [stayed, removed] = [...now.vips.get(A)!.servers.values()].map(({ sending }) => sending);
  assert.deepEqual([stayed?.encap, stayed?.ttl, stayed?.dscp], ["l3dsr", 0, 7]);
  assert.deepEqual([removed?.encap, removed?.ttl, removed?.df], ["gre4", 9, "set"]);
});

Deno.test("a removed server whose tunnel has no source any more leaves the image, and its id waits", () => {
  const first = assignIds(NO_IDS, changed([1, 2], {}));
  const now = assignIds(first, changed([1], { encap: "l3dsr", dscp: 7 }, {}));
  assert.deepEqual(slots(now), [slot(first, A, 1)]);
  assert.deepEqual([...now.flushed.keys()], [slot(first, A, 2)]);
  const entropy = changed([1], {}, { ip4_entropy: "10.64.0.0/10" });
  assert.deepEqual(slots(assignIds(first, entropy)), slots(first), "a prefix for entropy will do");
  const gone = assignIds(first, parseConfig({}));
  assert.equal(gone.vips.size, 0);
  assert.deepEqual([...gone.flushed.keys()], slots(first));
});

Deno.test("too many removed servers with flows are refused, not mixed up", () => {
  const flushed = new Map(Array.from({ length: 262_142 }, (_, at) => [at + 1, 0]));
  const full: Ids = { vips: new Map(), flushed };
  assert.deepEqual(slots(assignIds(full, config({ [A]: [1] }))), [262_143]);
  assert.throws(() => assignIds(full, config({ [A]: [1, 2] })), (error) => {
    assert.ok(error instanceof RefusedError);
    assert.equal(error.status, 409);
    return true;
  });
});

Deno.test("whatever happens, no two owners share an id and nobody's id changes while he is there", () => {
  const step = fc.record({
    a: fc.option(fc.uniqueArray(fc.integer({ min: 1, max: 6 })), { nil: null }),
    b: fc.option(fc.uniqueArray(fc.integer({ min: 1, max: 6 })), { nil: null }),
    flush: fc.constantFrom([], [{ vip: A }], [{ vip: B, address: "10.0.0.1" }]),
    idle: fc.array(fc.integer({ min: 1, max: 12 })),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
    let ids = NO_IDS;
    for (const { a, b, flush, idle } of steps) {
      const vips = { ...(a === null ? {} : { [A]: a }), ...(b === null ? {} : { [B]: b }) };
      const next = assignIds(ids, config(vips), flush);
      const taken = [...slots(next), ...next.flushed.keys()];
      assert.equal(new Set(taken).size, taken.length);
      for (const [name, vip] of ids.vips) {
        const now = next.vips.get(name);
        assert.ok(now === undefined || now.id === vip.id);
        for (const [address, { slot }] of vip.servers) {
          const kept = now?.servers.get(address)?.slot === slot;
          assert.ok(kept || next.flushed.has(slot), "an id was let go of while flows may have it");
        }
      }
      ids = retireIds(next, (slot) => idle.includes(slot) ? 0 : 1);
    }
  }));
});
