/** Servers' health over REST and as metrics. */
import assert from "node:assert/strict";
import { connectTo } from "../../lib/connect.ts";
import { freePort, httpServer, until } from "../lib/health_servers.ts";
import { Site } from "./site.ts";

const A = "90.0.0.0/8";
const B = "91.0.0.0/8 tcp/80";

function config(good: number, bad: number) {
  const health = { interval: 0.1, rise: 1, fall: 1 };
  return {
    conf: { ip4_src_address: "192.0.2.10" },
    interfaces: { net0: { device: "null", next_hop: { mac: "02:00:00:00:00:01" } } },
    vips: [
      {
        prefix: "90.0.0.0/8",
        health: { ...health, type: "http", port: good },
        servers: [{ address: "127.0.0.1" }],
      },
      {
        prefix: "91.0.0.0/8",
        protocol: "tcp",
        port: 80,
        health: { ...health, port: bad },
        servers: [{ address: "127.0.0.1" }, { address: "127.0.0.2" }],
      },
      { prefix: "92.0.0.0/8", servers: [{ address: "10.0.0.9" }] },
    ],
  };
}

async function withHealth(act: (site: Site, bad: number) => Promise<void>): Promise<void> {
  await using server = httpServer(() => 200);
  const bad = freePort();
  await using site = await Site.open(config(server.port, bad), { check: true });
  await until("all is known", () => site.controller.health().summary.unknown === 0);
  await until("fail open", () => site.controller.health().summary.vips_fail_open === 1);
  await act(site, bad);
}

Deno.test("REST tells how each server is and why, and how many are how", () =>
  withHealth(async (site, bad) => {
    const { body } = await site.ask("GET", "/api/v1/health");
    assert.deepEqual(body.summary, { up: 1, down: 2, unknown: 0, unchecked: 1, vips_fail_open: 1 });
    assert.deepEqual((await site.ask("GET", "/api/v1/status")).body.health, body.summary);
    const [up, down, , unchecked] = body.servers;
    assert.deepEqual([up.vip, up.state, up.reason, up.weight], [A, "up", null, 100]);
    assert.ok(up.latency_ms > 0 && Date.parse(up.since) <= Date.parse(up.last_check));
    assert.deepEqual([down.vip, down.state, down.check], [B, "down", `tcp :${bad}`]);
    assert.equal(down.reason, `TCP 127.0.0.1:${bad}: connection refused`);
    assert.deepEqual([unchecked.state, unchecked.check, unchecked.since], [
      "unchecked",
      null,
      null,
    ]);
    const { body: vip } = await site.ask("GET", `/api/v1/vips/${encodeURIComponent(B)}`);
    assert.equal(vip.health.fail_open, true);
    assert.deepEqual([vip.health.type, vip.health.port, vip.health.timeout], ["tcp", bad, 0.1]);
    assert.equal(vip.servers[0].health.state, "down");
  }));

Deno.test("servers are found by state and by text, and come by page", () =>
  withHealth(async (site) => {
    using client = connectTo({ url: site.url });
    const down = await client.health({ state: "down" });
    assert.deepEqual(down.servers.map(({ address }) => address), ["127.0.0.1", "127.0.0.2"]);
    assert.equal((await client.health({ search: "127.0.0.1" })).servers.length, 2);
    const first = await client.health({ limit: 3 });
    const rest = await client.health({ limit: 3, cursor: first.cursor! });
    assert.deepEqual([first.servers.length, rest.servers.length, rest.cursor], [3, 1, null]);
    assert.equal((await site.ask("GET", "/api/v1/health?state=ill")).status, 400);
  }));

Deno.test("a check is changed field by field, and taken away", () =>
  withHealth(async (site) => {
    const path = "/api/v1/vips/90.0.0.0%2F8";
    const { body } = await site.ask("PATCH", path, { health: { path: "/healthz", fall: 5 } });
    assert.deepEqual(body.plan.vips[0].changed, ["health"]);
    const vip = (await site.ask("GET", path)).body;
    assert.deepEqual([vip.health.path, vip.health.type, vip.health.fall], ["/healthz", "http", 5]);
    await site.ask("PATCH", path, { health: { path: null } });
    assert.equal((await site.ask("GET", path)).body.health.path, "/");
    const wrong = await site.ask("PATCH", path, { health: { timeout: 9 } });
    assert.deepEqual([wrong.status, wrong.body.error.path], [400, "health.timeout"]);
    await site.ask("PATCH", path, { health: null });
    assert.equal((await site.ask("GET", path)).body.health, null);
  }));

Deno.test("Prometheus is told who is up, and how long checks take", () =>
  withHealth(async (site) => {
    const text = await (await fetch(`${site.url}/metrics`)).text();
    assert.match(text, /^guideway_server_up\{vip="90\.0\.0\.0\/8",server="127\.0\.0\.1"\} 1$/m);
    assert.match(
      text,
      /^guideway_server_up\{vip="91\.0\.0\.0\/8 tcp\/80",server="127\.0\.0\.2"\} 0$/m,
    );
    assert.match(
      text,
      /^guideway_server_check_seconds\{vip="90\.0\.0\.0\/8",server="127\.0\.0\.1"\} 0\.\d+$/m,
    );
    assert.match(text, /^guideway_vip_fail_open\{vip="91\.0\.0\.0\/8 tcp\/80"\} 1$/m);
    assert.doesNotMatch(text, /guideway_server_up\{vip="92/);
  }));
