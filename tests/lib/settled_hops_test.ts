import assert from "node:assert/strict";
import type { Kernel } from "../../lib/next_hops/kernel.ts";
import { findSettledNextHops } from "../../lib/next_hops/settled.ts";
import type { NextHop } from "../../lib/next_hops.ts";
import { viewOf } from "./kernel_views.ts";

const NET0 = { net0: { device: "af_packet:eth1", snat: [] } };
const MAC = "02:00:00:00:00:01";
const ADDRESS = "10.0.0.1";
const UNKNOWN: NextHop = { hop: null, reason: "it has not answered yet", sought: true };

/** A kernel whose neighbour answers with the `n`-th look; how often it was looked at. */
function answeringAt(n: number): Kernel & { looks: number } {
  return {
    looks: 0,
    own: () => [],
    view() {
      this.looks += 1;
      const neighbour: [string, string | null] = this.looks < n
        ? ["INCOMPLETE", null]
        : ["REACHABLE", MAC];
      return Promise.resolve(
        viewOf({
          [ADDRESS]: ["unicast", "eth1", ADDRESS],
          "10.9.0.1": ["unicast", "eth7", "10.9.0.1"],
        }, {
          [`eth1 ${ADDRESS}`]: neighbour,
        }),
      );
    },
    resolve: () => Promise.resolve(),
  };
}

Deno.test("a change waits for a new server's station", async () => {
  const kernel = answeringAt(4);
  const found = await findSettledNextHops(kernel, NET0, [ADDRESS], new Map());
  assert.deepEqual(found.get(ADDRESS)?.hop, { interface: "net0", mac: MAC });
  assert.equal(kernel.looks, 4);
});

Deno.test("it waits for nobody who was silent before, and for no route that is not there", async () => {
  const kernel = answeringAt(4);
  const before = new Map([[ADDRESS, UNKNOWN]]);
  const found = await findSettledNextHops(kernel, NET0, [ADDRESS, "10.9.0.1"], before);
  assert.equal(found.get(ADDRESS)?.hop, null);
  assert.equal(kernel.looks, 1);
});

Deno.test("one that never answers holds up a change for a moment only", async () => {
  const kernel = answeringAt(Infinity);
  const found = await findSettledNextHops(kernel, NET0, [ADDRESS], new Map());
  assert.equal(found.get(ADDRESS)?.hop, null);
  assert.match(found.get(ADDRESS)!.reason!, /has not answered ARP yet/);
  assert.ok(kernel.looks > 1 && kernel.looks < 25, `${kernel.looks} looks`);
});
