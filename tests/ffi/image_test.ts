import assert from "node:assert/strict";
import { encodeImage, simulate, type SimulationHandle } from "../../ffi/mod.ts";
import { DataplaneError, type Snapshot } from "../../lib/dataplane.ts";
import { tablesOf } from "../packets/tables.ts";
import { FRAME, layout, TABLES } from "./broken_image.ts";

Deno.test("an image cut off at any byte is refused", async () => {
  await using simulation = simulate();
  const image = encodeImage(TABLES, layout());
  for (let length = 0; length < image.length; length++) {
    await assert.rejects(simulation.commitImage(image.slice(0, length)), DataplaneError);
  }
  await simulation.commitImage(image);
});

Deno.test("an image with any one byte changed is refused or forwards, and never worse", async () => {
  await using simulation = simulate();
  const image = encodeImage(TABLES, layout());
  let refusals = 0;
  for (let at = 0; at < image.length; at++) {
    const changed = image.slice();
    changed[at]! ^= 0x81;
    const { gw_image } = layout();
    // Another number of buckets is right, and only slow.
    if (at >= gw_image.buckets && at < gw_image.buckets + 4) continue;
    await simulation.commitImage(changed).catch((error) => {
      assert.ok(error instanceof DataplaneError);
      refusals++;
    });
  }
  assert.ok(refusals > image.length / 3, `${refusals} of ${image.length}`);
  await simulation.commit(TABLES);
  assert.equal(simulation.frames([FRAME])[0]?.verdict, "forwarded");
});

Deno.test("what no field can hold is refused before it is encoded", () => {
  const encode = (change: Partial<Snapshot>) => encodeImage({ ...TABLES, ...change }, layout());
  assert.throws(() => encode({ timeout: -1 }), /-1 does not fit/);
  assert.throws(() => encode({ buckets: 1.5 }), /1\.5 does not fit/);
  assert.throws(() => encode({ hashKey: new Uint8Array(15) }), /takes 16 bytes, not 15/);
  assert.throws(() => encode({ ip4Source: new Uint8Array(16) }), /takes 4 bytes, not 16/);
});

Deno.test("two VIPs with the same prefix and port are refused", async () => {
  await using simulation: SimulationHandle = simulate();
  const twice = tablesOf([
    { prefix: "90.0.0.0/8", servers: ["10.0.0.1"] },
    { prefix: "90.0.0.0/8", servers: ["10.0.0.2"] },
  ]);
  await assert.rejects(simulation.commit(twice), /vips\[1\]\.prefix: .*twice/);
});

Deno.test("1,000 VIPs with tables of 65,536 slots are encoded in well under a second", () => {
  const tables = tablesOf([{ prefix: "90.0.0.0/8", size: 65536, servers: ["10.0.0.1"] }]);
  const [one] = tables.vips;
  tables.vips = Array.from({ length: 1000 }, (_, id) => ({ ...one!, id }));
  const times = Array.from({ length: 3 }, () => {
    const began = performance.now();
    assert.ok(encodeImage(tables, layout()).length > 262_144_000);
    return performance.now() - began;
  });
  // The best: others use this machine, too.
  assert.ok(Math.min(...times) < 1000, `${times} ms`);
});
