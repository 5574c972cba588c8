import assert from "node:assert/strict";
import type { Controller } from "../../lib/controller.ts";
import { A, frames, twoVips, withController } from "./controllers.ts";

/** Remembered flows of each server that is configured. */
function flows(controller: Controller): number[] {
  return controller.vip(A).servers.map(({ counters }) => counters.flows ?? 0);
}

Deno.test("a flushed server forgets its flows, goes on, and is no new revision", () =>
  withController(async ({ controller, simulation }) => {
    simulation.frames(frames(300));
    const [, kept, other] = flows(controller);
    const { revision, plan } = await controller.apply({
      kind: "server.flush",
      vip: A,
      address: "10.0.0.1",
    });
    assert.deepEqual([revision, plan.vips], [1, []]);
    assert.deepEqual(flows(controller), [0, kept, other]);
    simulation.frames(frames(300));
    assert.equal(flows(controller).reduce((sum, count) => sum + count), 300);
    assert.ok(flows(controller)[0]! > 50, "it takes flows again");
    assert.deepEqual(flows(controller).slice(1), [kept, other], "the others kept theirs");
  }));

Deno.test("a flushed VIP forgets the flows of all its servers, removed ones too", () =>
  withController(async ({ controller, simulation }) => {
    simulation.frames(frames(300));
    await controller.apply({ kind: "server.remove", vip: A, address: "10.0.0.3" });
    assert.equal(controller.vip(A).servers.at(-1)?.state, "removed");
    await controller.apply({ kind: "vip.flush", vip: A });
    assert.deepEqual(flows(controller), [0, 0]);
    assert.equal(controller.vip(A).flows, 0);
  }));

Deno.test("a removed server and a removed VIP can still be flushed", () =>
  withController(async ({ controller, simulation }) => {
    simulation.frames(frames(300));
    await controller.apply({ kind: "server.remove", vip: A, address: "10.0.0.3" });
    await controller.apply({ kind: "server.flush", vip: A, address: "10.0.0.3" });
    assert.equal(controller.vip(A).servers.length, 2);
    await controller.apply({ kind: "vip.remove", vip: A });
    assert.ok(controller.flows({}).flows.length > 50, "its flows go on");
    await controller.apply({ kind: "vip.flush", vip: A });
    assert.deepEqual(controller.flows({}).flows, []);
  }));

Deno.test("a dry run of a flush forgets nothing", () =>
  withController(async ({ controller, simulation }) => {
    simulation.frames(frames(50));
    const applied = await controller.apply({ kind: "vip.flush", vip: A }, { dryRun: true });
    assert.equal(applied.dry_run, true);
    assert.equal(controller.vip(A).flows, 50);
  }));

Deno.test("a whole configuration drains one server and forgets its flows with the same commit", () =>
  withController(async ({ controller, simulation }) => {
    simulation.frames(frames(300));
    const config = twoVips();
    config.vips[0]!.servers[0]!.weight = 0;
    const flushes = [{ vip: "90.0.0.0/8", address: "10.0.0.1" }];
    const { revision } = await controller.apply({ kind: "replace", config, flushes });
    assert.equal(revision, 2);
    simulation.frames(frames(300));
    const [drained, ...rest] = controller.vip(A).servers;
    assert.deepEqual([drained?.state, drained?.counters.flows], ["draining", 0]);
    assert.equal(rest.reduce((sum, { counters }) => sum + counters.flows!, 0), 300);
  }));

Deno.test("what a whole configuration brings can be flushed with it", () =>
  withController(async ({ controller }) => {
    const config = { ...twoVips(), vips: [{ prefix: "91.0.0.0/8" }] };
    await controller.apply({ kind: "replace", config, flushes: [{ vip: "91.0.0.0/8" }] });
    assert.deepEqual(controller.vips().vips.map(({ name }) => name), ["91.0.0.0/8"]);
  }));
