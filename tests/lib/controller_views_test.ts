import assert from "node:assert/strict";
import { parseConfig } from "../../lib/config.ts";
import { RefusedError } from "../../lib/refused.ts";
import { A, frames, twoVips, withController } from "./controllers.ts";

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
      [before.verdict, before.vip, before.decided, before.in.interface],
      ["forwarded", A, "table", "net0"],
    );
    const [result] = simulation.frames(frames(1));
    const hex = Array.from(result!.output!, (byte) => byte.toString(16).padStart(2, "0")).join("");
    assert.deepEqual(before.out.map(({ bytes }) => bytes), [hex]);
    assert.equal(before.hash, result!.hash!.toString(16).padStart(16, "0"));
    const after = controller.trace(query);
    assert.deepEqual([after.decided, after.server], ["flow", before.server]);
    const other = controller.trace({ ...query, destination: "99.0.0.1:80" });
    assert.deepEqual([other.verdict, other.vip, other.out], ["left_not_vip", null, []]);
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
