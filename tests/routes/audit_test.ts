import assert from "node:assert/strict";
import { connectTo } from "../../lib/connect.ts";
import { CONFIG, Site } from "./site.ts";

const VIP = "/api/v1/vips/90.0.0.0%2F8";

/** The audit log without what differs from run to run. */
async function entries(site: Site, search = "") {
  const { body } = await site.ask("GET", `/api/v1/audit?search=${encodeURIComponent(search)}`);
  // deno-lint-ignore no-explicit-any -- JSON
  return body.entries.map(({ id: _, at, ...rest }: any) => {
    assert.ok(!Number.isNaN(Date.parse(at)));
    return rest;
  });
}

Deno.test("a change is in the audit log: who, from where, what, and between which revisions", async () => {
  await using site = await Site.open();
  await site.ask("PATCH", `${VIP}/servers/10.0.0.1`, { weight: 7 });
  assert.deepEqual(await entries(site), [{
    who: "loopback",
    origin: "127.0.0.1",
    request: "PATCH /api/v1/vips/90.0.0.0/8/servers/10.0.0.1",
    what: "vip 90.0.0.0/8: servers.10.0.0.1 weight 100 → 7",
    revision_before: 1,
    revision_after: 2,
    outcome: "done",
    reason: "",
  }]);
});

Deno.test("over the unix socket the audit log names the socket", async () => {
  await using site = await Site.open();
  using client = connectTo({ socket: site.socket });
  await client.updateConf({ timeout: 77 });
  const [entry] = (await client.audit()).entries;
  assert.deepEqual([entry?.who, entry?.origin], ["unix socket", site.socket]);
  assert.equal(entry?.what, "conf.timeout 40 → 77");
});

Deno.test("what is refused is in the audit log with the reason and what was wanted", async () => {
  await using site = await Site.open();
  await site.ask("PATCH", `${VIP}/servers/10.9.9.9`, { weight: 7 });
  await site.send("PUT", "/api/v1/config", "{", "application/json");
  const foreign = { origin: "http://evil.example" };
  await site.ask("PATCH", "/api/v1/config/conf", { timeout: 3 }, foreign);
  const [forged, broken, missing] = await entries(site);
  assert.deepEqual([missing.outcome, missing.what], [
    "refused",
    "vip 90.0.0.0/8: servers.10.9.9.9 weight → 7",
  ]);
  assert.match(missing.reason, /10\.9\.9\.9/);
  assert.deepEqual([broken.outcome, broken.request], ["refused", "PUT /api/v1/config"]);
  assert.match(broken.reason, /not JSON/);
  assert.equal(forged.outcome, "denied");
  assert.match(forged.reason, /evil\.example/);
});

Deno.test("questions, dry runs and repeated requests are not in the audit log", async () => {
  await using site = await Site.open();
  await site.ask("GET", "/api/v1/config");
  await site.ask("PATCH", "/api/v1/config/conf?dry_run", { timeout: 3 });
  await site.ask("POST", "/api/v1/trace", {});
  const key = { "idempotency-key": "k1" };
  for (let time = 0; time < 3; time++) {
    await site.ask("PATCH", "/api/v1/config/conf", { timeout: 3 }, key);
  }
  assert.equal((await entries(site)).length, 1);
});

const TOLD: [sentence: string, method: string, path: string, body: unknown, what: string][] = [
  ["a VIP added", "POST", "/api/v1/vips", { prefix: "91.0.0.0/8" }, "vip 91.0.0.0/8 added"],
  ["a VIP removed", "DELETE", VIP, undefined, "vip 90.0.0.0/8 removed"],
  [
    "a server added",
    "POST",
    `${VIP}/servers`,
    { address: "10.0.0.77" },
    "vip 90.0.0.0/8: servers.10.0.0.77 added",
  ],
  [
    "a server removed and flushed",
    "DELETE",
    `${VIP}/servers/10.0.0.1?flush`,
    undefined,
    "vip 90.0.0.0/8: servers.10.0.0.1 removed; vip 90.0.0.0/8: servers.10.0.0.1 flows forgotten",
  ],
  [
    "a server flushed",
    "POST",
    `${VIP}/servers/10.0.0.1/flush`,
    undefined,
    "vip 90.0.0.0/8: servers.10.0.0.1 flows forgotten",
  ],
  ["a key, without its value", "PATCH", "/api/v1/config/conf", {
    hash_key: "000102030405060708090a0b0c0d0e0f",
  }, "conf.hash_key changed"],
];

for (const [sentence, method, path, body, what] of TOLD) {
  Deno.test(`the audit log tells ${sentence}`, async () => {
    await using site = await Site.open();
    const { status } = await site.ask(method, path, body);
    assert.equal(status, 200);
    const [entry] = await entries(site);
    assert.equal(entry.what, what);
    assert.ok(!JSON.stringify(entry).includes("0c0d0e0f"));
  });
}

Deno.test("a large change is told in its first places", async () => {
  await using site = await Site.open();
  const config = site.controller.config();
  const servers = Array.from({ length: 50 }, (_, at) => ({ address: `10.1.0.${at}` }));
  const [vip] = config.vips;
  await site.ask("PUT", "/api/v1/config", { ...config, vips: [{ ...vip, servers }] });
  const [{ what }] = await entries(site);
  assert.match(what, /^vip 90\.0\.0\.0\/8: servers\..*; and \d+ more places$/);
});

Deno.test("the audit log comes page by page", async () => {
  await using site = await Site.open();
  for (const timeout of [3, 4, 5]) await site.ask("PATCH", "/api/v1/config/conf", { timeout });
  const first = await site.ask("GET", "/api/v1/audit?limit=2");
  assert.equal(first.body.entries.length, 2);
  const second = await site.ask("GET", `/api/v1/audit?limit=2&cursor=${first.body.cursor}`);
  assert.deepEqual([second.body.entries.length, second.body.cursor], [1, null]);
  const wrong = await site.ask("GET", "/api/v1/audit?cursor=x");
  assert.deepEqual([wrong.status, wrong.body.error.path], [400, "cursor"]);
});

Deno.test("a revision says who made it and from where, and so does the stream of events", async () => {
  await using site = await Site.open();
  using client = connectTo({ url: site.url });
  const stream = client.events(["change"]);
  await stream.next();
  await client.updateConf({ timeout: 77 });
  const told = (await stream.next()).value;
  assert.ok(told?.topic === "change");
  assert.deepEqual([told.data.who, told.data.origin], ["loopback", "127.0.0.1"]);
  await stream.return(undefined);
  const by = (await client.revisions()).revisions.map(({ author, origin }) => [author, origin]);
  assert.deepEqual(by, [["loopback", "127.0.0.1"], ["guideway", ""]]);
});

Deno.test("what could not be written while the store was locked is written later, and read meanwhile", async () => {
  await using site = await Site.open(CONFIG);
  const { DatabaseSync } = await import("node:sqlite");
  const other = new DatabaseSync(site.store.path);
  try {
    other.exec("BEGIN IMMEDIATE");
    const { status } = await site.ask("PATCH", "/api/v1/config/conf", { timeout: 3 });
    assert.equal(status, 200);
    assert.deepEqual((await entries(site)).map(({ what }: { what: string }) => what), [
      "conf.timeout 40 → 3",
    ]);
    other.exec("ROLLBACK");
  } finally {
    other.close();
  }
  await site.ask("PATCH", "/api/v1/config/conf", { timeout: 4 });
  const all = await site.ask("GET", "/api/v1/audit");
  assert.deepEqual(all.body.entries.map(({ id }: { id: number }) => id), [2, 1]);
  assert.equal(site.store.audit.list(Infinity, 9).length, 2);
});
