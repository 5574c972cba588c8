import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { simulate } from "../../ffi/mod.ts";
import type { Change } from "../../lib/change.ts";
import { RefusedError } from "../../lib/refused.ts";
import { type Config, parseConfig } from "../../lib/config.ts";
import { Controller, type ControllerOptions } from "../../lib/controller.ts";
import type { Simulation } from "../../lib/dataplane.ts";
import { firstFrame } from "../../lib/frame.ts";
import { parseEndpoint } from "../../lib/net.ts";
import { Store } from "../../lib/store.ts";

const A = "90.0.0.0/8";
const MAC = "02:00:00:00:00:09";

/** Two VIPs over one interface with a fixed next hop. */
function twoVips(): Config {
  return parseConfig({
    conf: { ip4_src_address: "192.0.2.10", ip6_src_address: "2001:db8::10", buckets: 1024 },
    interfaces: { net0: { device: "null", next_hop: { mac: MAC } } },
    vips: [
      { prefix: A, servers: [1, 2, 3].map((last) => ({ address: `10.0.0.${last}` })) },
      {
        prefix: "2002::/16",
        protocol: "tcp",
        port: 80,
        encap: "gre6",
        servers: [{ address: "2001:db8::1" }],
      },
    ],
  });
}

interface Parts {
  controller: Controller;
  simulation: Simulation;
}

/** A controller on a real simulation, taken down whatever happens. */
async function withController(
  act: (parts: Parts) => Promise<void> | void,
  options: Partial<ControllerOptions> = {},
): Promise<void> {
  await using simulation = simulate();
  const given = { dataplane: simulation, store: null, config: twoVips(), ...options };
  const controller = await Controller.start(given);
  try {
    await act({ controller, simulation });
  } finally {
    await controller.close();
  }
}

async function withFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "gwt-controller-" });
  try {
    await act(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

const EMPTY_MAC = new Uint8Array(6);

/** First frames of `count` TCP flows to the VIP. */
function frames(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, at) =>
    firstFrame(
      parseEndpoint(`203.0.113.7:${10_000 + at}`),
      parseEndpoint("90.1.2.3:80"),
      "tcp",
      EMPTY_MAC,
    ));
}

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
    vips: controller.vips(),
    traces,
  });
}

async function refused(promise: Promise<unknown>): Promise<RefusedError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof RefusedError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: "was not refused" });
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

Deno.test("a change that changes nothing keeps the revision", () =>
  withController(async ({ controller }) => {
    const { revision, plan } = await controller.apply({ kind: "replace", config: twoVips() });
    assert.equal(revision, 1);
    assert.deepEqual(plan, { added: [], removed: [], vips: [], settings: [] });
  }));

Deno.test("changes asked for at once all happen, one after the other", () =>
  withController(async ({ controller }) => {
    const adds = Array.from(
      { length: 20 },
      (_, at) =>
        controller.apply({ kind: "server.add", vip: A, server: { address: `10.0.1.${at}` } }),
    );
    const revisions = (await Promise.all(adds)).map(({ revision }) => revision);
    assert.deepEqual(revisions, Array.from({ length: 20 }, (_, at) => at + 2));
    assert.equal(controller.vip(A).servers.length, 23);
  }));

Deno.test("single changes do what they say", () =>
  withController(async ({ controller }) => {
    await controller.apply({ kind: "vip.add", vip: { prefix: "91.0.0.0/8" } });
    await controller.apply({
      kind: "server.add",
      vip: "91.0.0.0/8",
      server: { address: "10.0.0.1", weight: 7 },
    });
    assert.equal(controller.vip("91.0.0.0/8").servers[0]?.weight, 7);
    assert.equal(controller.vip("91.0.0.0/8").servers[0]?.slots, 1024);
    await controller.apply({ kind: "vip.remove", vip: "2002:0::/16 TCP/80" });
    assert.deepEqual(controller.vips().map(({ name }) => name), [A, "91.0.0.0/8"]);
    const drain: Change = { kind: "server.weight", vip: A, address: "10.0.0.2", weight: 0 };
    await controller.apply(drain);
    const { state, slots } = controller.vip(A).servers[1]!;
    assert.deepEqual([state, slots], ["draining", 0]);
  }));

Deno.test("a removed server is shown with its flows until they end, then its counts are gone", () =>
  withController(async ({ controller, simulation }) => {
    simulation.setClock(1000);
    simulation.frames(frames(300));
    const before = controller.vip(A).servers[1]!;
    assert.ok(before.counters.flows! > 50);
    await controller.apply({ kind: "server.remove", vip: A, address: "10.0.0.2" });
    await controller.refresh();
    const removed = controller.vip(A).servers[2]!;
    assert.deepEqual([removed.address, removed.state, removed.slots], ["10.0.0.2", "removed", 0]);
    assert.equal(removed.counters.flows, before.counters.flows);
    // Its flows go on to it.
    simulation.frames(frames(300));
    assert.equal(controller.vip(A).servers[2]?.counters.packets, 2 * before.counters.packets!);

    await controller.apply({
      kind: "server.remove",
      vip: A,
      address: "10.0.0.2",
      flush: true,
    });
    assert.equal(controller.vip(A).servers.length, 2);
    assert.equal(controller.revision, 2, "a flush is no new configuration");
    // Its flows begin anew elsewhere, and with that its slot id is free.
    simulation.frames(frames(300));
    await controller.refresh();
    await controller.apply({ kind: "server.add", vip: A, server: { address: "10.0.0.77" } });
    const added = controller.vip(A).servers.find(({ address }) => address === "10.0.0.77");
    assert.deepEqual(added?.counters, { packets: 0, bytes: 0, new_flows: 0, flows: 0 });
    const reused = frames(350).slice(300).map((frame) => simulation.trace(frame).server);
    assert.ok(reused.includes(2) && simulation.serverCounters(2)[0]! > 0, "slot 2 was not reused");
  }));

Deno.test("a removed server that comes back has its flows and counts still", () =>
  withController(async ({ controller, simulation }) => {
    simulation.frames(frames(100));
    const before = controller.vip(A).servers[0];
    await controller.apply({ kind: "server.remove", vip: A, address: "10.0.0.1" });
    await controller.refresh();
    await controller.apply({ kind: "server.add", vip: A, server: { address: "10.0.0.1" } });
    const after = controller.vip(A).servers.find(({ address }) => address === "10.0.0.1");
    assert.deepEqual(after, before);
  }));

Deno.test("counters are there by name, and what is summed is the sum", () =>
  withController(({ controller, simulation }) => {
    simulation.frames(frames(50));
    const { total, workers, vips } = controller.counters();
    assert.equal(total.forwarded, 50);
    assert.equal(workers[0]?.counters.forwarded, 50);
    assert.equal(vips[0]?.counters.packets, 50);
    const servers = vips[0]!.servers.map(({ counters }) => counters.packets ?? 0);
    assert.equal(servers.reduce((sum, packets) => sum + packets), 50);
    assert.equal(controller.status().table.flows, 50);
  }));

Deno.test("flows are shown by name and page by page", () =>
  withController(({ controller, simulation }) => {
    simulation.frames(frames(250));
    const seen = new Set<string>();
    let cursor: string | null = null;
    do {
      const page = controller.flows({ limit: 40, ...(cursor === null ? {} : { cursor }) });
      assert.ok(page.flows.length <= 40);
      for (const flow of page.flows) {
        assert.deepEqual([flow.vip, flow.protocol, flow.destination], [A, "tcp", "90.1.2.3:80"]);
        assert.match(flow.server, /^10\.0\.0\.[123]$/);
        seen.add(flow.source);
      }
      cursor = page.cursor;
    } while (cursor !== null);
    assert.equal(seen.size, 250);
    const one = controller.flows({ vip: A, server: "10.0.0.1", limit: 1000 }).flows;
    assert.equal(one.length, controller.vip(A).servers[0]?.counters.flows);
    assert.deepEqual(controller.flows({ vip: "2002::/16 tcp/80" }).flows, []);
    for (const query of [{ vip: "91.0.0.0/8" }, { server: "10.0.0.9" }, { server: "x" }]) {
      assert.throws(() => controller.flows(query), { status: 404 });
    }
    for (const query of [{ cursor: "-1" }, { limit: 0 }, { limit: 1.5 }]) {
      assert.throws(() => controller.flows(query), { status: 400 });
    }
  }));

Deno.test("a trace tells what the packet itself then meets", () =>
  withController(({ controller, simulation }) => {
    const query = {
      source: "203.0.113.7:10000",
      destination: "90.1.2.3:80",
      protocol: "tcp",
    } as const;
    const before = controller.trace(query);
    assert.deepEqual(
      [before.verdict, before.vip, before.decided, before.interface],
      ["forwarded", A, "table", "net0"],
    );
    const [result] = simulation.frames(frames(1));
    const hex = Array.from(result!.output!, (byte) => byte.toString(16).padStart(2, "0")).join("");
    assert.equal(before.output, hex);
    assert.equal(before.hash, result!.hash!.toString(16).padStart(16, "0"));
    const after = controller.trace(query);
    assert.deepEqual([after.decided, after.server], ["flow", before.server]);
    const other = controller.trace({ ...query, destination: "99.0.0.1:80" });
    assert.deepEqual([other.verdict, other.vip, other.output], ["left_not_vip", null, null]);
    for (
      const [path, change] of [["source", { source: "x" }], ["destination", {
        destination: "[::1]:1",
      }]] as const
    ) {
      assert.throws(() => controller.trace({ ...query, ...change }), (error) => {
        assert.ok(error instanceof RefusedError);
        assert.deepEqual([error.status, error.problems[0]?.path], [400, path]);
        return true;
      });
    }
  }));

Deno.test("a server without a next hop is there with the reason, and its packets are dropped by name", () =>
  withController(({ controller }) => {
    const { next_hop, reason } = controller.vip(A).servers[0]!;
    assert.equal(next_hop, null);
    assert.match(reason ?? "", /no interface of the configuration has a next_hop/);
    const query = { source: "203.0.113.7:1", destination: "90.1.2.3:80", protocol: "udp" } as const;
    assert.equal(controller.trace(query).verdict, "drop_no_next_hop");
  }, { config: parseConfig({ ...twoVips(), interfaces: { net0: { device: "null" } } }) }));

Deno.test("the stored revision goes on at the next start; a given configuration is the truth", () =>
  withFolder(async (folder) => {
    const weight: Change = { kind: "server.weight", vip: A, address: "10.0.0.1", weight: 9 };
    await withStore(folder, { config: twoVips() }, async ({ controller }) => {
      assert.equal(controller.revision, 1);
      await controller.apply(weight);
    });
    await withStore(folder, {}, ({ controller }) => {
      assert.equal(controller.revision, 2);
      assert.equal(controller.vip(A).servers[0]?.weight, 9);
    });
    await withStore(folder, { config: twoVips() }, ({ controller }) => {
      assert.equal(controller.revision, 3);
      assert.equal(controller.vip(A).servers[0]?.weight, 100);
    });
    await withStore(folder, { config: twoVips() }, ({ controller }) => {
      assert.equal(controller.revision, 3, "the same configuration is no new revision");
    });
    using store = Store.open(folder);
    assert.deepEqual(store.list().map(({ comment }) => comment), [
      "start",
      "server.weight",
      "start",
    ]);
  }));

Deno.test("a start without any configuration runs an empty one, which is not stored", () =>
  withFolder((folder) =>
    withStore(folder, {}, ({ controller }) => {
      assert.deepEqual([controller.revision, controller.vips()], [0, []]);
      assert.equal(
        controller.trace({
          source: "203.0.113.7:1",
          destination: "90.1.2.3:80",
          protocol: "tcp",
        }).verdict,
        "left_not_vip",
      );
    })
  ));

Deno.test("while the store cannot be written changes stay in force, and are stored later", () =>
  withFolder((folder) =>
    withStore(folder, { config: twoVips() }, async ({ controller }) => {
      const other = new DatabaseSync(join(folder, "guideway.db"));
      other.exec("BEGIN IMMEDIATE");
      try {
        for (const last of [1, 2]) {
          const address = `10.0.0.${last}`;
          await controller.apply({ kind: "server.remove", vip: A, address });
        }
        assert.equal(controller.revision, 3);
        assert.match(controller.status().store_problem ?? "", /guideway\.db: database is locked/);
      } finally {
        other.close();
      }
      await controller.refresh();
      assert.equal(controller.status().store_problem, null);
      using store = Store.open(folder);
      assert.deepEqual(store.list().map(({ number }) => number), [3, 2, 1]);
      assert.deepEqual(store.latest()?.config, controller.config());
    })
  ));

async function withStore(
  folder: string,
  options: { config?: Config },
  act: (parts: Parts) => Promise<void> | void,
): Promise<void> {
  using store = Store.open(folder);
  await using simulation = simulate();
  const controller = await Controller.start({ dataplane: simulation, store, ...options });
  try {
    await act({ controller, simulation });
  } finally {
    await controller.close();
  }
}

Deno.test("1,000 VIPs with 10 servers each are changed in under 1 s", () => {
  const vips = Array.from({ length: 1000 }, (_, at) => ({
    prefix: `90.${at >> 8}.${at & 255}.0/24`,
    servers: Array.from({ length: 10 }, (_, last) => ({
      address: `10.${at >> 8}.${at & 255}.${last}`,
    })),
  }));
  return withController(async ({ controller }) => {
    const began = performance.now();
    const { plan } = await controller.apply({
      kind: "replace",
      config: { ...twoVips(), vips },
    });
    const took = performance.now() - began;
    assert.equal(plan.added.length, 1000);
    assert.ok(took < 1000, `${took} ms`);
  });
});
