import assert from "node:assert/strict";
import { connectTo } from "../../lib/connect.ts";
import { Site } from "./site.ts";

const REQUEST = (host: string) => `GET /api/v1/status HTTP/1.1\r\n${host}Connection: close\r\n\r\n`;

Deno.test("over TCP only loopback names are served", async (t) => {
  await using site = await Site.open();
  const good = ["localhost", "LOCALHOST:8480", "127.0.0.1", "127.1.2.3:99", "[::1]:8480"];
  for (const host of good) {
    await t.step(host, async () => {
      assert.match(await site.raw(REQUEST(`Host: ${host}\r\n`)), /^HTTP\/1\.1 200 /);
    });
  }
  const bad = [
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example:8480",
    "[::2]",
    "10.0.0.1",
  ];
  for (const host of bad) {
    await t.step(host, async () => {
      const answer = await site.raw(REQUEST(`Host: ${host}\r\n`));
      assert.match(answer, /^HTTP\/1\.1 403 /);
      assert.match(answer, /"message":"not served under the name/);
    });
  }
});

Deno.test("the unix socket is served under any name", async () => {
  await using site = await Site.open();
  using client = connectTo({ socket: site.socket });
  assert.equal((await client.status()).revision, 1);
});

Deno.test("changes from foreign pages are refused, reading and own pages are not", async () => {
  await using site = await Site.open();
  const vip = { prefix: "91.0.0.0/8" };
  for (const origin of ["http://evil.example", "null", site.url.replace("http:", "https:")]) {
    const { status, body } = await site.ask("POST", "/api/v1/vips", vip, { origin });
    assert.equal(status, 403, origin);
    assert.match(body.error.message, /^changes from pages of /);
  }
  const read = await site.ask("GET", "/api/v1/vips", undefined, { origin: "http://evil.example" });
  assert.equal(read.status, 200);
  assert.equal(read.headers.get("access-control-allow-origin"), null);
  assert.equal((await site.ask("POST", "/api/v1/vips", vip, { origin: site.url })).status, 200);
});

Deno.test("a body above 16 MiB is refused, whether or not it tells its size", async () => {
  await using site = await Site.open();
  const big = new Uint8Array(16 * 1024 * 1024 + 1).fill(0x20);
  const told = await site.send("PUT", "/api/v1/config", big, "application/json");
  assert.equal(told.status, 413);
  const untold = await site.send(
    "PUT",
    "/api/v1/config",
    new Blob([big]).stream(),
    "application/json",
  );
  assert.equal(untold.status, 413);
  assert.equal(site.controller.revision, 1);
});

Deno.test("an address that serves nothing is 404, a method that it does not know 405", async () => {
  await using site = await Site.open();
  for (const path of ["/api", "/api/v1/nothing", "/static/../deno.json", "/static/mod.ts", "/x"]) {
    const { status, body } = await site.ask("GET", path);
    assert.equal(status, 404, path);
    assert.match(body.error.message, /^there is nothing at /);
  }
  const wrong = await site.ask("DELETE", "/api/v1/config");
  assert.equal(wrong.status, 405);
  assert.equal(wrong.headers.get("allow"), "GET, PUT");
  assert.equal((await site.ask("POST", "/api/v1/status", {})).status, 405);
  assert.equal((await site.ask("PUT", "/metrics", {})).status, 405);
});

Deno.test("no body whatever brings a 500 or a stack", async (t) => {
  await using site = await Site.open();
  const vip = "/api/v1/vips/90.0.0.0%2F8";
  const changes: [string, string][] = [
    ["PUT", "/api/v1/config?dry_run"],
    ["PATCH", "/api/v1/config/conf?dry_run"],
    ["POST", "/api/v1/vips?dry_run"],
    ["PATCH", `${vip}?dry_run`],
    ["POST", `${vip}/flush?dry_run`],
    ["POST", `${vip}/servers?dry_run`],
    ["PATCH", `${vip}/servers/10.0.0.1?dry_run`],
  ];
  const bodies = [
    "null",
    "0",
    '""',
    "[]",
    "[[]]",
    "[null]",
    "{}",
    '{"__proto__":{"weight":1}}',
    '{"vips":{"length":3}}',
    '{"vips":[null]}',
    '{"interfaces":{"__proto__":{"device":"null"}}}',
    '{"conf":{"hash_key":1e999}}',
    '{"weight":-1}',
    '{"weight":"1"}',
    '{"address":{}}',
    "[".repeat(100_000) + "]".repeat(100_000),
    `{"prefix":"${"9".repeat(100_000)}/8"}`,
  ];
  for (const [method, path] of changes) {
    await t.step(`${method} ${path}`, async () => {
      for (const body of bodies) {
        const answer = await site.send(method, path, body, "application/json");
        const shown = `${body.slice(0, 60)}: ${JSON.stringify(answer.body).slice(0, 300)}`;
        assert.ok([200, 400, 404, 409].includes(answer.status), `${answer.status} ${shown}`);
        assert.doesNotMatch(JSON.stringify(answer.body), /\.tsx?:|at Object|node_modules/, shown);
      }
    });
  }
  assert.equal(site.controller.revision, 1);
});

Deno.test("methods that no program should serve are refused, not failed at", async () => {
  await using site = await Site.open();
  const { host } = new URL(site.url);
  for (const method of ["TRACE", "TRACK"]) {
    const answer = await site.raw(
      `${method} /api/v1/vips HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`,
    );
    assert.match(answer, /^HTTP\/1\.1 405 /);
    assert.match(answer, new RegExp(`"${method} is not served"`));
  }
});
