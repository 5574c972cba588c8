import assert from "node:assert/strict";
import { NOTHING } from "../tools/config.ts";
import { CONFIG, Site } from "./site.ts";

const PATH = "/api/v1/config";

Deno.test("the configuration is read with its revision as ETag, in JSON and in YAML", async () => {
  await using site = await Site.open();
  const { status, body, headers } = await site.ask("GET", PATH);
  assert.equal(status, 200);
  assert.equal(headers.get("etag"), '"1"');
  const defaults = { src_ip_sticky: false, icmp_echo: "reply" };
  assert.deepEqual(body.vips[1], { ...CONFIG.vips[1], ...defaults });
  assert.equal(body.conf.timeout, 40, "defaults are filled in");
  const yaml = await fetch(site.url + PATH, { headers: { accept: "application/yaml" } });
  assert.match(yaml.headers.get("content-type") ?? "", /yaml/);
  const back = await site.send("PUT", PATH, await yaml.text(), "application/yaml");
  assert.deepEqual(back.body.plan, NOTHING);
});

Deno.test("the configuration is replaced as a whole and says what changed", async () => {
  await using site = await Site.open();
  const wanted = structuredClone(CONFIG);
  wanted.vips[0]!.servers.push({ address: "10.0.0.3", weight: 100 });
  const { status, body, headers } = await site.ask("PUT", PATH, wanted);
  assert.equal(status, 200);
  assert.equal(headers.get("etag"), '"2"');
  assert.equal(body.revision, 2);
  assert.deepEqual(body.plan.vips[0].added, ["10.0.0.3"]);
  assert.equal(body.plan.vips[0].slots, 4096);
  assert.equal(site.controller.vip("90.0.0.0/8").servers.length, 3);
});

Deno.test("a dry run says the same and changes nothing", async () => {
  await using site = await Site.open();
  const wanted = { ...CONFIG, vips: CONFIG.vips.slice(0, 1) };
  const dry = await site.ask("PUT", `${PATH}?dry_run`, wanted);
  assert.equal(dry.status, 200);
  assert.deepEqual([dry.body.revision, dry.body.dry_run], [1, true]);
  assert.equal(site.controller.config().vips.length, 2);
  const done = await site.ask("PUT", `${PATH}?dry_run=0`, wanted);
  assert.deepEqual(done.body.plan, dry.body.plan);
  assert.deepEqual(done.body.plan.removed, ["2002::/16 tcp/80"]);
  assert.deepEqual([done.body.revision, done.body.dry_run], [2, false]);
});

Deno.test("If-Match lets a change through only while its revision runs", async (t) => {
  await using site = await Site.open();
  const wanted = { ...CONFIG, vips: [] };
  for (const tag of ['"0"', "2", 'W/"7"']) {
    await t.step(tag, async () => {
      const { status, body } = await site.ask("PUT", PATH, wanted, { "if-match": tag });
      assert.equal(status, 412);
      assert.match(body.error.message, /is not what runs; that is 1/);
    });
  }
  await t.step("what is no revision is a bad request", async () => {
    const { status } = await site.ask("PUT", PATH, wanted, { "if-match": '"x"' });
    assert.equal(status, 400);
  });
  assert.equal(site.controller.revision, 1);
  assert.equal((await site.ask("PUT", PATH, wanted, { "if-match": '"1"' })).status, 200);
  assert.equal((await site.ask("PUT", PATH, CONFIG, { "if-match": "*" })).status, 200);
});

Deno.test("of two changes to the same revision one is refused", async () => {
  await using site = await Site.open();
  const tag = { "if-match": '"1"' };
  const answers = await Promise.all([
    site.ask("POST", "/api/v1/vips/90.0.0.0%2F8/servers", { address: "10.0.0.8" }, tag),
    site.ask("POST", "/api/v1/vips/90.0.0.0%2F8/servers", { address: "10.0.0.9" }, tag),
  ]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412]);
});

const vip = (fields: object) => ({ ...CONFIG, vips: [{ prefix: "90.0.0.0/8", ...fields }] });
const WRONG: [string, unknown, string][] = [
  ["an unknown field", { ...CONFIG, vip: [] }, "vip"],
  ["workers that are no number", { ...CONFIG, workers: "two" }, "workers"],
  ["host bits in a prefix", vip({ prefix: "90.0.0.1/8" }), "vips[0].prefix"],
  ["a table that is no power of two", vip({ new_len: 1000 }), "vips[0].new_len"],
  ["a protocol without a port", vip({ protocol: "tcp" }), "vips[0].port"],
  ["an unknown encap", vip({ encap: "gre9" }), "vips[0].encap"],
  ["a DSCP for a tunnel", vip({ dscp: 3 }), "vips[0].dscp"],
  [
    "an IPv6 server behind gre4",
    vip({ servers: [{ address: "2001:db8::1" }] }),
    "vips[0].servers[0].address",
  ],
  [
    "a weight above 100",
    vip({ servers: [{ address: "10.0.0.1", weight: 101 }] }),
    "vips[0].servers[0].weight",
  ],
  [
    "an unknown device",
    { ...CONFIG, interfaces: { net0: { device: "usb:0" } } },
    "interfaces.net0.device",
  ],
  ["a list in place of a mapping", [], ""],
  ["null", null, ""],
];

Deno.test("each wrong configuration is refused with its path, and the old one goes on", async (t) => {
  await using site = await Site.open();
  for (const [name, config, path] of WRONG) {
    await t.step(name, async () => {
      const { status, body } = await site.ask("PUT", PATH, config);
      assert.equal(status, 400, JSON.stringify(body));
      assert.equal(body.error.path, path);
      assert.notEqual(body.error.message, "");
    });
  }
  await t.step("several problems come at once", async () => {
    const config = { ...vip({ new_len: 3 }), workers: 0 };
    const { body } = await site.ask("PUT", PATH, config);
    const paths = body.problems.map(({ path }: { path: string }) => path).sort();
    assert.deepEqual(paths, ["vips[0].new_len", "workers"]);
    assert.deepEqual(body.error, body.problems[0]);
  });
  assert.equal(site.controller.revision, 1);
});

Deno.test("a body that cannot be read is refused with its place", async (t) => {
  await using site = await Site.open();
  const rows: [string, string, string, RegExp][] = [
    ["JSON", '{"vips": [\n  {"prefix" "x"}]}', "application/json", /^body:2:13: not JSON$/],
    ["cut JSON", '{"vips": [', "application/json", /^body:1:11: not JSON$/],
    ["YAML", "vips:\n  - a: [\n", "application/yaml", /^body:\d+:\d+: /],
    ["nothing", " ", "application/yaml", /body is empty/],
  ];
  for (const [name, text, type, message] of rows) {
    await t.step(name, async () => {
      const { status, body } = await site.send("PUT", PATH, text, type);
      assert.equal(status, 400);
      assert.match(body.error.message, message);
    });
  }
  await t.step("bytes that are not UTF-8", async () => {
    const bytes = Uint8Array.of(0x22, 0xff, 0x22);
    const { status, body } = await site.send("PUT", PATH, bytes, "application/json");
    assert.deepEqual([status, body.error.message], [400, "body: not UTF-8 text"]);
  });
  await t.step("another type", async () => {
    assert.equal((await site.send("PUT", PATH, "a=b", "text/plain")).status, 415);
  });
});

Deno.test("settings are merged, null takes one away, and paths begin at the settings", async () => {
  await using site = await Site.open();
  const path = `${PATH}/conf`;
  const change = { timeout: 60, ip4_entropy: "192.0.2.128/25" };
  const { status, body, headers } = await site.ask("PATCH", path, change);
  assert.deepEqual([status, headers.get("etag")], [200, '"2"']);
  assert.deepEqual(body.plan.settings.toSorted(), ["conf.ip4_entropy", "conf.timeout"]);
  const dry = await site.ask("PATCH", `${path}?dry_run`, { timeout: null, ip4_entropy: null });
  assert.equal(dry.body.revision, 2);
  assert.equal(site.controller.config().conf.timeout, 60);
  const done = await site.ask("PATCH", path, { timeout: null, ip4_entropy: null });
  assert.deepEqual(done.body.plan, dry.body.plan);
  assert.equal(site.controller.config().conf.timeout, 40);
  const wrong = await site.ask("PATCH", path, { timeout: 0, gue: 1 });
  assert.equal(wrong.status, 400);
  const paths = wrong.body.problems.map((problem: { path: string }) => problem.path);
  assert.deepEqual(paths.sort(), ["gue", "timeout"]);
  const stale = await site.ask("PATCH", path, { timeout: 9 }, { "if-match": '"2"' });
  assert.equal(stale.status, 412);
});

Deno.test("flows are forgotten with the configuration that is sent, by VIP and by server", async () => {
  await using site = await Site.open();
  site.traffic(200);
  site.traffic(30, "[2002::1]:80");
  const flush = ["90.0.0.0/8 10.0.0.1", "2002::/16 TCP/80"].map(encodeURIComponent);
  const path = `${PATH}?flush=${flush.join("&flush=")}`;
  const dry = await site.ask("PUT", `${path}&dry_run`, CONFIG);
  assert.equal(dry.status, 200, JSON.stringify(dry.body));
  assert.equal(site.controller.status().table.flows, 230);
  const done = await site.ask("PUT", path, CONFIG);
  assert.equal(done.body.revision, 1, "a flush is no new configuration");
  const [flushed, kept] = site.controller.vip("90.0.0.0/8").servers;
  assert.equal(flushed?.counters.flows, 0);
  assert.ok(kept!.counters.flows! > 50);
  assert.equal(site.controller.vip("2002::/16 tcp/80").flows, 0);
});

Deno.test("the flush of nobody is refused with the whole configuration", async () => {
  await using site = await Site.open();
  const wanted = { ...CONFIG, vips: [] };
  for (const flush of ["91.0.0.0/8", "90.0.0.0/8 10.0.0.9", "90.0.0.0/8 tcp/80", "x", ""]) {
    const path = `${PATH}?flush=${encodeURIComponent(flush)}`;
    const { status, body } = await site.ask("PUT", path, wanted);
    assert.equal(status, 404, flush);
    assert.notEqual(body.error.message, "");
  }
  assert.equal(site.controller.revision, 1);
});
