/** Health checks of real servers on loopback, and what the controller makes of them. */
import assert from "node:assert/strict";
import { parseConfig } from "../../lib/config.ts";
import type { Controller } from "../../lib/controller.ts";
import type { Topic } from "../../lib/events.ts";
import { frames, withController } from "./controllers.ts";
import { until } from "./health_servers.ts";

const A = "90.0.0.0/8";
const B = "91.0.0.0/8";

/** HTTP at 127.0.0.1, .2 and .3, which can be sick. */
class Farm implements AsyncDisposable {
  readonly sick = new Set<string>();
  readonly asked = new Map<string, number>();
  readonly #servers: Deno.HttpServer[] = [];
  readonly port: number;

  constructor(readonly addresses = ["127.0.0.1", "127.0.0.2", "127.0.0.3"]) {
    const [first, ...others] = addresses.map((hostname) => (port: number) => {
      const server = Deno.serve({ hostname, port, onListen: () => {} }, () => {
        this.asked.set(hostname, (this.asked.get(hostname) ?? 0) + 1);
        return new Response(null, { status: this.sick.has(hostname) ? 503 : 200 });
      });
      this.#servers.push(server);
      return server.addr.port;
    });
    this.port = first!(0);
    for (const other of others) other(this.port);
  }

  config(health: object = {}, more: object[] = []) {
    const vip = {
      new_len: 256,
      health: { type: "http", port: this.port, interval: 0.1, rise: 2, fall: 2, ...health },
      servers: this.addresses.map((address) => ({ address })),
    };
    return parseConfig({
      conf: { ip4_src_address: "192.0.2.10", buckets: 1024 },
      interfaces: { net0: { device: "null", next_hop: { mac: "02:00:00:00:00:09" } } },
      vips: [{ prefix: A, ...vip }, ...more.map((one) => ({ ...vip, ...one }))],
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.shutdown()));
  }
}

const states = (controller: Controller, vip = A) =>
  controller.vip(vip).servers.map(({ health }) => health.state).join(" ");
const slots = (controller: Controller, vip = A) =>
  controller.vip(vip).servers.map(({ slots }) => slots);

async function settled(controller: Controller, wanted: string, vip = A): Promise<void> {
  await until(wanted, () => states(controller, vip) === wanted);
}

Deno.test("a server that is down gets no new flows, keeps the ones that it has, and comes back", async () => {
  await using farm = new Farm();
  await withController(async ({ controller, simulation }) => {
    await settled(controller, "up up up");
    const before = slots(controller);
    const flows = frames(60);
    const served = simulation.frames(flows).map(({ server }) => server);
    farm.sick.add("127.0.0.2");
    await settled(controller, "up down up");
    await until("its slots", () => slots(controller)[1] === 0);
    const { health, weight, counters } = controller.vip(A).servers[1]!;
    assert.match(health.reason!, new RegExp(`^HTTP 503 from 127.0.0.2:${farm.port}/, wanted`));
    assert.deepEqual([weight, health.latency_ms], [100, null]);
    assert.ok(counters.flows! > 0);
    assert.equal(controller.revision, 1, "health is not configuration");
    assert.deepEqual(simulation.frames(flows).map(({ server }) => server), served);
    const traced = flows.map((_, n) =>
      controller.trace({
        source: `203.0.113.7:${10_000 + n}`,
        destination: "90.1.2.3:80",
        protocol: "tcp",
      })
    ).find(({ server }) => server === "127.0.0.2");
    const step = traced?.steps.find(({ step }) => step === "server")?.text ?? "";
    assert.match(step, /^127\.0\.0\.2: weight 100, by gre4, .*, down: HTTP 503/);
    const others = new Set(simulation.frames(frames(100, "90.9.9.9:80")).map((one) => one.server));
    assert.equal(others.size, 2);
    farm.sick.clear();
    await settled(controller, "up up up");
    await until("its slots", () => slots(controller)[1] !== 0);
    assert.deepEqual(slots(controller), before);
  }, { config: farm.config(), check: true });
});

Deno.test("with on_down flush its flows go to others at once", async () => {
  await using farm = new Farm();
  await withController(async ({ controller, simulation }) => {
    await settled(controller, "up up up");
    const flows = frames(60);
    const served = simulation.frames(flows).map(({ server }) => server);
    farm.sick.add("127.0.0.2");
    await until("its slots", () => slots(controller)[1] === 0);
    assert.equal(controller.vip(A).servers[1]!.counters.flows, 0);
    const next = simulation.frames(flows);
    const moved = next.filter(({ server }, at) => server !== served[at]).length;
    assert.equal(moved, next.filter(({ decided }) => decided === "table").length);
    assert.ok(moved > 0 && moved < 60);
    assert.equal(controller.revision, 1);
  }, { config: farm.config({ on_down: "flush" }), check: true });
});

Deno.test("when all are down all take new flows, and it is said", async () => {
  await using farm = new Farm();
  await withController(async ({ controller, simulation }) => {
    await settled(controller, "up up up");
    const before = slots(controller);
    for (const address of farm.addresses) farm.sick.add(address);
    await settled(controller, "down down down");
    await until("fail open", () => controller.vip(A).health!.fail_open);
    assert.deepEqual(slots(controller), before);
    assert.ok(simulation.frames(frames(20)).every(({ verdict }) => verdict === "forwarded"));
    const { summary } = controller.health();
    assert.deepEqual(summary, { up: 0, down: 3, unknown: 0, unchecked: 0, vips_fail_open: 1 });
    farm.sick.delete("127.0.0.1");
    await until("one alone", () => slots(controller).join() === "256,0,0");
    assert.equal(controller.vip(A).health!.fail_open, false);
  }, { config: farm.config({ on_down: "flush" }), check: true });
});

Deno.test("a server behind two VIPs with the same check is asked once", async () => {
  await using farm = new Farm(["127.0.0.1"]);
  const config = farm.config({ interval: 0.5 }, [{ prefix: B }]);
  await withController(async ({ controller }) => {
    await settled(controller, "up");
    await settled(controller, "up", B);
    const first = farm.asked.get("127.0.0.1")!;
    const began = performance.now();
    await until("more checks", () => farm.asked.get("127.0.0.1")! >= first + 4);
    assert.ok(performance.now() - began > 3 * 450, "twice as many would be faster");
    farm.sick.add("127.0.0.1");
    await settled(controller, "down", B);
    assert.equal(states(controller), "down");
  }, { config, check: true });
});

Deno.test("several servers that go at once are one commit", async () => {
  const addresses = Array.from({ length: 20 }, (_, n) => `127.0.1.${n + 1}`);
  await using farm = new Farm(addresses);
  await withController(async ({ controller, simulation }) => {
    await until("all up", () => controller.health().summary.up === 20);
    let commits = 0;
    const commit = simulation.commit.bind(simulation);
    simulation.commit = (snapshot) => {
      commits++;
      return commit(snapshot);
    };
    for (const address of addresses.slice(0, 15)) farm.sick.add(address);
    await until("15 out", () => slots(controller).filter((count) => count === 0).length === 15);
    assert.ok(commits <= 4, `${commits} commits`);
  }, { config: farm.config(), check: true });
});

Deno.test("a change of the configuration leaves health as it is, and its plan tells the change alone", async () => {
  await using farm = new Farm();
  await withController(async ({ controller }) => {
    farm.sick.add("127.0.0.2");
    await until("its slots", () => slots(controller)[1] === 0);
    const { plan, revision } = await controller.apply({
      kind: "vip.update",
      vip: A,
      fields: { health: { interval: 0.2 } },
    });
    assert.equal(revision, 2);
    assert.deepEqual(plan.vips.map(({ changed, slots_moved }) => [changed, slots_moved]), [[[
      "health",
    ], 0]]);
    assert.equal(states(controller).split(" ")[1], "down", "another check goes on from there");
    await controller.apply({ kind: "server.weight", vip: A, address: "127.0.0.1", weight: 50 });
    assert.equal(slots(controller)[1], 0);
    await controller.apply({ kind: "vip.update", vip: A, fields: { health: null } });
    assert.equal(states(controller), "unchecked unchecked unchecked");
    assert.ok(slots(controller)[1]! > 0, "who is not checked is not left out");
  }, { config: farm.config(), check: true });
});

Deno.test("a server without a next hop is down, with the reason that the next hop has", async () => {
  await using farm = new Farm();
  const config = farm.config();
  config.interfaces = { net0: { device: "null", snat: [] } };
  await withController(async ({ controller }) => {
    await settled(controller, "down down down");
    const { reason } = controller.vip(A).servers[0]!.health;
    assert.equal(reason, "no next hop: no interface of the configuration has a next_hop");
    assert.equal(farm.asked.size, 0);
  }, { config, check: true });
});

Deno.test("health that changes is told to who listens", async () => {
  await using farm = new Farm();
  await withController(async ({ controller }) => {
    await settled(controller, "up up up");
    const told: string[] = [];
    const topics = new Set<Topic>(["health"]);
    controller.events.listen(
      { topics },
      (_, bytes) => told.push(new TextDecoder().decode(bytes)),
      () => {},
    );
    farm.sick.add("127.0.0.3");
    await until("the event", () => told.length === 1);
    const [, json] = /^event: health\ndata: (.*)$/m.exec(told[0]!)!;
    const { address, check, vips, state, reason } = JSON.parse(json!);
    assert.deepEqual([address, check, vips, state], [
      "127.0.0.3",
      `http :${farm.port}/`,
      [A],
      "down",
    ]);
    assert.match(reason, /^HTTP 503/);
  }, { config: farm.config(), check: true });
});
