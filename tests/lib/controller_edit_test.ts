import assert from "node:assert/strict";
import type { Change } from "../../lib/change.ts";
import { A, frames, refused, withController } from "./controllers.ts";

const B = "2002::/16 tcp/80";

Deno.test("fields of a VIP are merged over those that are there, and its flows stay", () =>
  withController(async ({ controller, simulation }) => {
    simulation.frames(frames(60));
    const before = controller.vip(A);
    const { plan } = await controller.apply({
      kind: "vip.update",
      vip: A,
      fields: { ttl: 32, df: "set", src_ip_sticky: true, icmp_echo: "forward" },
    });
    assert.deepEqual(plan.vips[0]?.changed.toSorted(), ["df", "icmp_echo", "src_ip_sticky", "ttl"]);
    assert.deepEqual([plan.added, plan.removed, plan.vips[0]?.slots_moved], [[], [], 0]);
    const after = controller.vip(A);
    assert.deepEqual(
      [after.ttl, after.df, after.src_ip_sticky, after.icmp_echo],
      [32, "set", true, "forward"],
    );
    assert.deepEqual([after.flows, after.new_len], [before.flows, before.new_len]);
    assert.deepEqual(after.servers, before.servers);
  }));

Deno.test("null takes a field away, so that its default counts", () =>
  withController(async ({ controller }) => {
    await controller.apply({ kind: "vip.update", vip: A, fields: { ttl: 32, new_len: 256 } });
    await controller.apply({ kind: "vip.update", vip: A, fields: { ttl: null, new_len: null } });
    const { ttl, new_len } = controller.vip(A);
    assert.deepEqual([ttl, new_len], [64, 1024]);
    assert.ok(!("ttl" in controller.config().vips[0]!));
  }));

Deno.test("a VIP changes its encap together with the fields that go with it", () =>
  withController(async ({ controller, simulation }) => {
    await controller.apply({ kind: "vip.update", vip: A, fields: { encap: "l3dsr", dscp: 7 } });
    assert.deepEqual([controller.vip(A).dscp, controller.vip(A).ttl], [7, null]);
    const [result] = simulation.frames(frames(1));
    assert.equal(result?.verdict, "forwarded");
    assert.equal(result?.output?.[15], 7 << 2, "the servers are told by DSCP");
    await controller.apply({ kind: "vip.update", vip: A, fields: { encap: "gre4", dscp: null } });
    assert.deepEqual([controller.vip(A).dscp, controller.vip(A).ttl], [null, 64]);
  }));

Deno.test("a VIP's own name may be said again, in any spelling", () =>
  withController(async ({ controller }) => {
    const fields = { prefix: "2002:0::/16", protocol: "tcp", port: 80, df: "clear" };
    await controller.apply({ kind: "vip.update", vip: "2002::/16 TCP/80", fields });
    assert.equal(controller.vip(B).df, "clear");
    await controller.apply({ kind: "vip.update", vip: A, fields: { port: null, protocol: null } });
  }));

Deno.test("settings are merged over those that are there, and flows stay", () =>
  withController(async ({ controller, simulation }) => {
    simulation.frames(frames(60));
    const change = { timeout: 99, buckets: 4096, ip4_entropy: "192.0.2.128/25" };
    const { plan } = await controller.apply({ kind: "conf.update", conf: change });
    assert.deepEqual(plan.settings.toSorted(), [
      "conf.buckets",
      "conf.ip4_entropy",
      "conf.timeout",
    ]);
    const { conf } = controller.config();
    assert.deepEqual([conf.timeout, conf.ip4_src_address], [99, "192.0.2.10"]);
    assert.deepEqual([controller.vip(A).flows, controller.status().table.flows], [60, 60]);
    await controller.apply({ kind: "conf.update", conf: { ip4_entropy: null, timeout: null } });
    assert.deepEqual(
      [controller.config().conf.ip4_entropy, controller.config().conf.timeout],
      [undefined, 40],
    );
  }));

type Row = [sentence: string, change: Change, status: number, path: string, message: RegExp];
const ROWS: Row[] = [
  [
    "a field of an unknown VIP",
    { kind: "vip.update", vip: "91.0.0.0/8", fields: { ttl: 1 } },
    404,
    "",
    /no VIP 91\.0\.0\.0\/8; there is 90/,
  ],
  [
    "a field with a fault, told from the VIP on",
    { kind: "vip.update", vip: B, fields: { ttl: 256 } },
    400,
    "ttl",
    /must be at most 255, not 256/,
  ],
  [
    "a field that is none",
    { kind: "vip.update", vip: B, fields: { tll: 3 } },
    400,
    "tll",
    /not a known field; did you mean ttl\?/,
  ],
  [
    "fields that are none at all",
    { kind: "vip.update", vip: B, fields: null },
    400,
    "",
    /expected a mapping of fields, not null/,
  ],
  [
    "an encap that the servers do not fit",
    { kind: "vip.update", vip: A, fields: { encap: "gre6" } },
    400,
    "servers[0].address",
    /not an IPv6 address: "10\.0\.0\.1"/,
  ],
  [
    "another prefix",
    { kind: "vip.update", vip: A, fields: { prefix: "91.0.0.0/8" } },
    409,
    "prefix",
    /the prefix of 90\.0\.0\.0\/8 is part of its name and stays/,
  ],
  [
    "another port",
    { kind: "vip.update", vip: B, fields: { port: 81 } },
    409,
    "port",
    /the port of 2002::\/16 tcp\/80 is part/,
  ],
  [
    "a protocol less",
    { kind: "vip.update", vip: B, fields: { protocol: null } },
    409,
    "protocol",
    /the protocol of/,
  ],
  [
    "a setting with a fault, told from the settings on",
    { kind: "conf.update", conf: { timeout: 0 } },
    400,
    "timeout",
    /must be at least 1, not 0/,
  ],
  [
    "a setting that a VIP needs, taken away",
    { kind: "conf.update", conf: { ip4_src_address: null } },
    400,
    "ip4_src_address",
    /is missing/,
  ],
  ["settings that are none", { kind: "conf.update", conf: [] }, 400, "", /not \[\]/],
  ["the flush of an unknown VIP", { kind: "vip.flush", vip: "91.0.0.0/8" }, 404, "", /no VIP 91/],
  ["the flush of no VIP at all", { kind: "vip.flush", vip: "x" }, 404, "", /not a prefix: "x"/],
  [
    "the flush of an unknown server",
    { kind: "server.flush", vip: A, address: "10.0.0.9" },
    404,
    "",
    /no server 10\.0\.0\.9 behind 90\.0\.0\.0\/8; there is 10\.0\.0\.1, 10\.0\.0\.2/,
  ],
  [
    "the flush of a server behind another VIP",
    { kind: "server.flush", vip: B, address: "10.0.0.1" },
    404,
    "",
    /no server 10\.0\.0\.1 behind 2002::\/16 tcp\/80/,
  ],
  [
    "a whole configuration with a flush of nobody",
    { kind: "replace", config: {}, flushes: [{ vip: A }, { vip: A, address: "10.0.0.9" }] },
    404,
    "",
    /no server 10\.0\.0\.9 behind/,
  ],
];

for (const [sentence, change, status, path, message] of ROWS) {
  Deno.test(`refused, and nothing changed: ${sentence}`, () =>
    withController(async ({ controller }) => {
      const before = controller.config();
      const error = await refused(controller.apply(change));
      assert.equal(error.status, status);
      assert.equal(error.problems[0]?.path, path);
      assert.match(error.problems[0]!.message, message);
      assert.deepEqual([controller.revision, controller.config()], [1, before]);
    }));
}
