import assert from "node:assert/strict";
import type { Controller } from "../../lib/controller.ts";
import { parseConfig } from "../../lib/config.ts";
import { LineError } from "../../lib/vpp/line_error.ts";
import { type Program, runCommands } from "../../lib/vpp/run.ts";
import { readScript } from "../../lib/vpp/script.ts";
import { A, frames, withController } from "../lib/controllers.ts";
import { programOf } from "./program.ts";

const run = (program: Program, text: string) => runCommands(program, readScript(text));

const flowsOf = (controller: Controller) =>
  Object.fromEntries(
    controller.vip(A).servers.map(({ address, counters }) => [address, counters.flows]),
  );

Deno.test("several lines are one revision", async () => {
  await withController(async ({ controller }) => {
    const { program } = programOf(controller);
    const { applied, answers } = await run(
      program,
      `lb vip 91.0.0.0/8\nlb as 91.0.0.0/8 10.0.0.1\nlb as ${A} 10.0.0.1 weight 5`,
    );
    assert.equal(applied.revision, 2);
    assert.deepEqual(answers, ["lb_vip_add ok 3", "", ""]);
    assert.equal(controller.vip(A).servers[0]?.weight, 5);
  });
});

Deno.test("who is overtaken by another change starts over, and both are there", async () => {
  await withController(async ({ controller }) => {
    let left = 3;
    const { program, calls } = programOf(controller, async () => {
      if (left-- <= 0) return;
      await controller.apply({ kind: "vip.add", vip: { prefix: `92.${left}.0.0/16` } });
    });
    const { applied, answers } = await run(program, "lb vip 91.0.0.0/8");
    assert.equal(calls.length, 4);
    assert.equal(applied.revision, 5);
    assert.deepEqual(answers, ["lb_vip_add ok 6"]);
    assert.equal(controller.vips().vips.length, 6);
  });
});

Deno.test("who is always overtaken gives up, and nothing of it is there", async () => {
  await withController(async ({ controller }) => {
    let count = 0;
    const { program } = programOf(controller, async () => {
      await controller.apply({ kind: "vip.add", vip: { prefix: `92.${count++}.0.0/16` } });
    });
    await assert.rejects(run(program, "lb vip 91.0.0.0/8"), /is not what runs/);
    assert.ok(!controller.vips().vips.some(({ name }) => name === "91.0.0.0/8"));
  });
});

Deno.test("what only the running program refuses is told at a line", async () => {
  await withController(async ({ controller }) => {
    const { program } = programOf(controller);
    program.replaceConfig = (config, options) =>
      controller.apply(
        { kind: "replace", config: { ...config as object, workers: 2 } },
        { ifMatch: options!.ifMatch! },
      );
    await assert.rejects(run(program, "lb vip 91.0.0.0/8\nlb vip 92.0.0.0/8"), (error) => {
      assert.ok(error instanceof LineError);
      assert.match(error.in("x"), /^x:2:1: workers: 2 workers are wanted and 1 run/);
      return true;
    });
  });
});

Deno.test("a dry run changes and forgets nothing", async () => {
  await withController(async ({ controller, simulation }) => {
    simulation.frames(frames(30));
    const { program } = programOf(controller);
    const commands = readScript(`lb vip 91.0.0.0/8\nlb flush vip ${A}`);
    const { applied } = await runCommands(program, commands, { dryRun: true });
    assert.deepEqual([applied.plan.added, applied.revision], [["91.0.0.0/8"], 1]);
    assert.equal(controller.vip(A).flows, 30);
  });
});

Deno.test("removal keeps flows, del flush forgets them, then and later", async () => {
  await withController(async ({ controller, simulation }) => {
    simulation.frames(frames(300));
    const { program } = programOf(controller);
    const before = flowsOf(controller);
    await run(program, `lb as ${A} 10.0.0.1 del`);
    assert.equal(flowsOf(controller)["10.0.0.1"], before["10.0.0.1"]);
    await run(program, `lb as ${A} 10.0.0.1 del flush\nlb as ${A} 10.0.0.2 weight 0 flush`);
    await controller.refresh();
    const { "10.0.0.1": gone = 0, "10.0.0.2": drained, "10.0.0.3": kept } = flowsOf(controller);
    assert.deepEqual([gone, drained, kept], [0, 0, before["10.0.0.3"]]);
  });
});

Deno.test("lb flush vip and test lb flowtable flush forget flows", async () => {
  await withController(async ({ controller, simulation }) => {
    const { program } = programOf(controller);
    await run(program, "lb vip 91.0.0.0/8\nlb as 91.0.0.0/8 10.0.0.1");
    simulation.frames([...frames(20), ...frames(10, "91.0.0.1:80")]);
    assert.deepEqual((await run(program, `lb flush vip ${A}`)).answers, ["lb_flush_vip ok 1"]);
    const flows = () => [controller.vip(A).flows, controller.vip("91.0.0.0/8").flows];
    assert.deepEqual(flows(), [0, 10]);
    await run(program, "test lb flowtable flush");
    assert.deepEqual(flows(), [0, 0]);
    assert.equal(controller.revision, 2);
  });
});

Deno.test("more flushes than an address has room for are several requests", async () => {
  const vips = Array.from(
    { length: 450 },
    (_, at) => ({ prefix: `91.${at >> 8}.${at & 255}.0/24` }),
  );
  const config = parseConfig({ conf: { ip4_src_address: "192.0.2.1" }, vips });
  await withController(async ({ controller }) => {
    const { program, calls } = programOf(controller);
    await run(program, "test lb flowtable flush");
    assert.deepEqual(calls, [200, 200, 50]);
  }, { config });
});
