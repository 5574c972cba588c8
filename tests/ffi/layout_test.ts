import assert from "node:assert/strict";
import { layoutOf, readFields } from "../../ffi/layout.ts";
import { loadLibrary } from "../../ffi/mod.ts";

const fields = () => readFields(loadLibrary().symbols);

Deno.test("the library's names are all there, and fit the structs", () => {
  const layout = layoutOf(fields());
  for (const [name, struct] of Object.entries(layout)) {
    if (name === "constants") continue;
    const { size, ...offsets } = struct as Record<string, number>;
    assert.ok(size! > 0, name);
    for (const [field, offset] of Object.entries(offsets)) {
      assert.ok(offset < size!, `${name}.${field}`);
    }
    assert.equal(new Set(Object.values(offsets)).size, Object.keys(offsets).length, name);
  }
});

Deno.test("names that the library does not know end the start, each by name", () => {
  const known = fields();
  for (const name of ["gw_image.hash_key", "gw_flow", "GW_NONE"]) known.delete(name);
  assert.throws(
    () => layoutOf(known),
    /does not know gw_image\.hash_key, gw_flow, GW_NONE\. Run `deno task build`/,
  );
});

Deno.test("a longer error buffer than ours ends the start", () => {
  const known = fields();
  known.set("GW_ERR_SIZE", 1024);
  assert.throws(() => layoutOf(known), /error texts of 1024 bytes; this program keeps 256/);
});
