import assert from "node:assert/strict";
import type { Change } from "../../lib/change.ts";
import type { Controller } from "../../lib/controller.ts";
import { A, refused, withController } from "./controllers.ts";

/** All that a refused change must leave as it was: what is told, and what the packets meet. */
function fingerprint(controller: Controller): unknown {
  const traces = Array.from({ length: 64 }, (_, at) =>
    controller.trace({
      source: `203.0.113.7:${10_000 + at}`,
      destination: "90.1.2.3:80",
      protocol: "tcp",
    }));
  return structuredClone({
    revision: controller.revision,
    config: controller.config(),
    vips: controller.vips().vips,
    traces,
  });
}

type Row = [sentence: string, change: Change, status: number, path: string, message: RegExp];
const ROWS: Row[] = [
  [
    "a whole configuration with one fault",
    { kind: "replace", config: { vips: [{ prefix: "90.0.0.1/8" }] } },
    400,
    "vips[0].prefix",
    /the prefix is 90\.0\.0\.0\/8/,
  ],
  [
    "another number of workers",
    { kind: "replace", config: { workers: 2 } },
    409,
    "workers",
    /2 workers are wanted and 1 run; restart/,
  ],
  [
    "a VIP that is there",
    { kind: "vip.add", vip: { prefix: A, encap: "gre6" } },
    409,
    "",
    /VIP 90\.0\.0\.0\/8 is there already/,
  ],
  [
    "a VIP with a fault, told from the VIP on",
    { kind: "vip.add", vip: { prefix: "91.0.0.0/8", servers: [{ address: "::1" }] } },
    400,
    "servers[0].address",
    /not an IPv4 address: "::1"/,
  ],
  ["a VIP that is nothing", { kind: "vip.add", vip: null }, 400, "", /not null/],
  [
    "the removal of a VIP that is not there",
    { kind: "vip.remove", vip: "91.0.0.0/8" },
    404,
    "",
    /no VIP 91\.0\.0\.0\/8; there is 90\.0\.0\.0\/8, 2002::\/16 tcp\/80/,
  ],
  ["the removal of no VIP at all", { kind: "vip.remove", vip: "x" }, 404, "", /not a prefix: "x"/],
  [
    "a server for a VIP that is not there",
    { kind: "server.add", vip: "2002::/16", server: { address: "2001:db8::2" } },
    404,
    "",
    /no VIP 2002::\/16;/,
  ],
  [
    "a server that is there",
    { kind: "server.add", vip: A, server: { address: "10.0.0.1", weight: 5 } },
    409,
    "address",
    /server 10\.0\.0\.1 is behind 90\.0\.0\.0\/8 already/,
  ],
  [
    "a server with a fault, told from the server on",
    { kind: "server.add", vip: A, server: { address: "10.0.0.9", weight: 101 } },
    400,
    "weight",
    /must be at most 100, not 101/,
  ],
  [
    "the removal of a server that is not there",
    { kind: "server.remove", vip: A, address: "10.0.0.9", flush: true },
    404,
    "",
    /no server 10\.0\.0\.9 behind 90\.0\.0\.0\/8; there is 10\.0\.0\.1, 10\.0\.0\.2, 10\.0\.0\.3/,
  ],
  [
    "a weight for a server that is not there",
    { kind: "server.weight", vip: A, address: "web1", weight: 1 },
    404,
    "",
    /not an IP address: "web1"/,
  ],
  [
    "a weight out of range",
    { kind: "server.weight", vip: A, address: "10.0.0.1", weight: 255 },
    400,
    "weight",
    /must be at most 100, not 255/,
  ],
];

for (const [sentence, change, status, path, message] of ROWS) {
  Deno.test(`refused, and everything as it was: ${sentence}`, () =>
    withController(async ({ controller }) => {
      const before = fingerprint(controller);
      const error = await refused(controller.apply(change));
      assert.equal(error.status, status);
      assert.equal(error.problems[0]?.path, path);
      assert.match(error.problems[0]!.message, message);
      assert.deepEqual(fingerprint(controller), before);
    }));
}

Deno.test("a data plane that refuses leaves the revision and the configuration", () =>
  withController(async ({ controller, simulation }) => {
    const before = [controller.revision, controller.config()];
    await simulation.close();
    const change: Change = { kind: "server.remove", vip: A, address: "10.0.0.1" };
    assert.equal((await refused(controller.apply(change))).status, 409);
    assert.deepEqual([controller.revision, controller.config()], before);
  }));

Deno.test("a change is refused when its revision is not the one that runs", () =>
  withController(async ({ controller }) => {
    const weight = (weight: number): Change => ({
      kind: "server.weight",
      vip: A,
      address: "10.0.0.1",
      weight,
    });
    const [first, second] = await Promise.allSettled([
      controller.apply(weight(1), { ifMatch: 1 }),
      controller.apply(weight(2), { ifMatch: 1 }),
    ]);
    assert.equal(first.status, "fulfilled");
    assert.equal(second.status === "rejected" && second.reason.status, 412);
    assert.equal(controller.vip(A).servers[0]?.weight, 1);
    assert.equal(controller.revision, 2);
  }));

Deno.test("a dry run says what would change and changes nothing", () =>
  withController(async ({ controller }) => {
    const before = fingerprint(controller);
    const change: Change = { kind: "server.remove", vip: A, address: "10.0.0.1" };
    const dry = await controller.apply(change, { dryRun: true });
    assert.deepEqual(fingerprint(controller), before);
    assert.deepEqual([dry.revision, dry.dry_run], [1, true]);
    const real = await controller.apply(change);
    assert.deepEqual([real.revision, real.dry_run], [2, false]);
    assert.deepEqual(real.plan, dry.plan);
    assert.deepEqual(real.plan.vips[0]?.removed, ["10.0.0.1"]);
  }));
