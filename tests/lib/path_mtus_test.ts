import assert from "node:assert/strict";
import type { NextHops } from "../../lib/next_hops.ts";
import { PathMtus } from "../../lib/next_hops/path_mtus.ts";

const MINUTE = 60_000;
const SERVERS = new Set(["10.0.0.1", "10.0.0.2", "2001:db8::1"]);
const to = (mtu?: number) => ({
  hop: { interface: "net0", mac: "02:00:00:00:00:01" },
  reason: null,
  ...(mtu === undefined ? {} : { mtu }),
});

function mtus(paths: PathMtus, hops: NextHops): Record<string, number | undefined> {
  return Object.fromEntries(
    [...paths.narrow(hops)].map(([address, next]) => [address, next.hop ? next.mtu : undefined]),
  );
}

Deno.test("a narrower path is believed for ten minutes, for that server only", () => {
  const paths = new PathMtus();
  const hops: NextHops = new Map([["10.0.0.1", to()], ["10.0.0.2", to(1450)]]);
  paths.learn([{ address: "10.0.0.1", mtu: 1400 }], SERVERS, 0);
  assert.deepEqual(mtus(paths, hops), { "10.0.0.1": 1400, "10.0.0.2": 1450 });
  paths.learn([], SERVERS, 9 * MINUTE);
  assert.deepEqual(mtus(paths, hops), { "10.0.0.1": 1400, "10.0.0.2": 1450 });
  paths.learn([], SERVERS, 10 * MINUTE);
  assert.deepEqual(mtus(paths, hops), { "10.0.0.1": undefined, "10.0.0.2": 1450 });
});

Deno.test("of a route's MTU and a path's the smaller one counts", () => {
  const paths = new PathMtus();
  paths.learn([{ address: "10.0.0.1", mtu: 1400 }], SERVERS, 0);
  assert.deepEqual(mtus(paths, new Map([["10.0.0.1", to(1300)]])), { "10.0.0.1": 1300 });
  assert.deepEqual(mtus(paths, new Map([["10.0.0.1", to(1500)]])), { "10.0.0.1": 1400 });
});

Deno.test("nobody can make a path narrower than 552 bytes, over IPv6 1280", () => {
  const paths = new PathMtus();
  const said = [{ address: "10.0.0.1", mtu: 68 }, { address: "2001:db8::1", mtu: 68 }];
  paths.learn(said, SERVERS, 0);
  const hops: NextHops = new Map([["10.0.0.1", to()], ["2001:db8::1", to()]]);
  assert.deepEqual(mtus(paths, hops), { "10.0.0.1": 552, "2001:db8::1": 1280 });
});

Deno.test("a wider path is not believed before the narrower one is forgotten", () => {
  const paths = new PathMtus();
  const hops: NextHops = new Map([["10.0.0.1", to()]]);
  paths.learn([{ address: "10.0.0.1", mtu: 1300 }], SERVERS, 0);
  paths.learn([{ address: "10.0.0.1", mtu: 1400 }], SERVERS, MINUTE);
  assert.deepEqual(mtus(paths, hops), { "10.0.0.1": 1300 });
});

Deno.test("nothing is kept of addresses that are no servers, or no longer", () => {
  const paths = new PathMtus();
  const hops: NextHops = new Map([["10.9.9.9", to()], ["10.0.0.1", to()]]);
  const said = [{ address: "10.9.9.9", mtu: 1400 }, { address: "10.0.0.1", mtu: 1400 }];
  paths.learn(said, SERVERS, 0);
  paths.learn([], new Set(["10.0.0.2"]), MINUTE);
  paths.learn([], SERVERS, MINUTE);
  assert.deepEqual(mtus(paths, hops), { "10.9.9.9": undefined, "10.0.0.1": undefined });
});
