import assert from "node:assert/strict";
import { type Answer, Site } from "./site.ts";

const VIPS = "/api/v1/vips";
const one = (name: string) => `${VIPS}/${encodeURIComponent(name)}`;
const servers = (name: string) => `${one(name)}/servers`;

function refused({ status, body }: Answer, expected: number, path: string): void {
  assert.equal(status, expected, JSON.stringify(body));
  assert.equal(body.error.path, path);
  assert.notEqual(body.error.message, "");
}

Deno.test("VIPs are listed, read by name, added and removed", async () => {
  await using site = await Site.open();
  const { body } = await site.ask("GET", VIPS);
  assert.deepEqual(body.vips.map(({ name }: { name: string }) => name), [
    "90.0.0.0/8",
    "2002::/16 tcp/80",
  ]);
  const narrow = await site.ask("GET", one("2002::/16 tcp/80"));
  assert.deepEqual([narrow.body.protocol, narrow.body.port], ["tcp", 80]);
  assert.equal(narrow.body.servers[0].slots, 1024);

  const added = await site.ask("POST", VIPS, { prefix: "91.0.0.0/8", servers: [] });
  assert.deepEqual(added.body.plan.added, ["91.0.0.0/8"]);
  const removed = await site.ask("DELETE", one("91.0.0.0/8"));
  assert.deepEqual(removed.body.plan.removed, ["91.0.0.0/8"]);
  assert.equal(site.controller.revision, 3);
});

Deno.test("a VIP has all its fields, as they are in force", async () => {
  await using site = await Site.open();
  const { body } = await site.ask("GET", one("90.0.0.0/8"));
  const { type, target_port, node_port, dscp, src_ip_sticky, ttl, df, icmp_echo, flows } = body;
  assert.deepEqual([type, target_port, node_port, dscp], [null, null, null, null]);
  assert.deepEqual([src_ip_sticky, ttl, df, icmp_echo, flows], [false, 64, "copy", "reply", 0]);
  const nat = {
    prefix: "90.1.2.1/32",
    port: 3306,
    encap: "nat4",
    target_port: 3307,
    node_port: 30_964,
    servers: [{ address: "10.0.0.1" }],
  };
  await site.ask("POST", VIPS, nat);
  const added = (await site.ask("GET", one("90.1.2.1/32 any/3306"))).body;
  assert.deepEqual([added.protocol, added.port, added.type], [null, 3306, "clusterip"]);
  assert.deepEqual([added.target_port, added.node_port, added.ttl], [3307, 30_964, null]);
});

Deno.test("fields of a VIP are changed, and paths begin at the VIP", async () => {
  await using site = await Site.open();
  const path = one("2002::/16 tcp/80");
  const { status, body, headers } = await site.ask("PATCH", path, { ttl: 9, df: "set" });
  assert.deepEqual([status, headers.get("etag")], [200, '"2"'], JSON.stringify(body));
  assert.deepEqual(body.plan.vips[0].changed.toSorted(), ["df", "ttl"]);
  assert.equal((await site.ask("PATCH", `${path}?dry_run`, { ttl: null })).body.revision, 2);
  assert.equal(site.controller.vip("2002::/16 tcp/80").ttl, 9);
  await site.ask("PATCH", path, { ttl: null });
  assert.equal(site.controller.vip("2002::/16 tcp/80").ttl, 64);
  refused(await site.ask("PATCH", path, { df: "maybe" }), 400, "df");
  refused(await site.ask("PATCH", path, { port: 81 }), 409, "port");
  refused(await site.ask("PATCH", path, { encap: "nat4" }), 400, "encap");
  refused(await site.ask("PATCH", path, null), 400, "");
  assert.equal((await site.ask("PATCH", path, {})).body.revision, 3, "nothing to change");
  refused(await site.ask("PATCH", one("91.0.0.0/8"), { ttl: 9 }), 404, "");
  refused(await site.ask("PATCH", path, { ttl: 9 }, { "if-match": '"2"' }), 412, "");
  assert.equal(site.controller.revision, 3);
});

Deno.test("flows of a VIP or of one server are forgotten at once", async () => {
  await using site = await Site.open();
  const vip = "90.0.0.0/8";
  site.traffic(200);
  const [first, second] = site.controller.vip(vip).servers.map(({ counters }) => counters.flows!);
  const path = `${servers(vip)}/10.0.0.1/flush`;
  await site.ask("POST", `${path}?dry_run`);
  assert.equal(site.controller.vip(vip).flows, first! + second!);
  const one_server = await site.ask("POST", path);
  assert.deepEqual([one_server.status, one_server.body.revision], [200, 1]);
  assert.equal(site.controller.vip(vip).flows, second);
  const whole = await site.ask("POST", `${one(vip)}/flush`);
  assert.deepEqual([whole.status, site.controller.vip(vip).flows], [200, 0]);
  refused(await site.ask("POST", `${servers(vip)}/10.0.0.9/flush`), 404, "");
  refused(await site.ask("POST", `${one("91.0.0.0/8")}/flush`), 404, "");
  assert.equal((await site.ask("GET", `${one(vip)}/flush`)).status, 405);
});

Deno.test("what does not fit the VIPs that are there is refused by name", async () => {
  await using site = await Site.open();
  refused(await site.ask("GET", one("91.0.0.0/8")), 404, "");
  refused(await site.ask("GET", one("nonsense")), 404, "");
  refused(await site.ask("DELETE", one("90.0.0.0/8 tcp/80")), 404, "");
  refused(await site.ask("POST", VIPS, { prefix: "90.0.0.0/8" }), 409, "");
  refused(await site.ask("POST", VIPS, { prefix: "90.0.0.0/33" }), 400, "prefix");
  refused(await site.ask("POST", VIPS, { prefix: "91.0.0.0/8", new_len: 7 }), 400, "new_len");
  refused(await site.ask("POST", VIPS), 400, "prefix");
  assert.equal(site.controller.revision, 1);
});

Deno.test("servers are added, reweighted, drained and removed", async () => {
  await using site = await Site.open();
  const vip = "90.0.0.0/8";
  const added = await site.ask("POST", servers(vip), { address: "10.0.0.3", weight: 10 });
  assert.deepEqual(added.body.plan.vips[0].added, ["10.0.0.3"]);
  const weighed = await site.ask("PATCH", `${servers(vip)}/10.0.0.3`, { weight: 0 });
  assert.deepEqual(weighed.body.plan.vips[0].reweighted, [
    { address: "10.0.0.3", from: 10, to: 0 },
  ]);
  const list = await site.ask("GET", servers(vip));
  assert.deepEqual(
    list.body.servers.map(({ state }: { state: string }) => state),
    ["active", "active", "draining"],
  );
  const removed = await site.ask("DELETE", `${servers(vip)}/10.0.0.3`);
  assert.deepEqual(removed.body.plan.vips[0].removed, ["10.0.0.3"]);
});

Deno.test("an IPv6 server is found by any spelling of its address", async () => {
  await using site = await Site.open();
  const path = `${servers("2002::/16 tcp/80")}/${encodeURIComponent("2001:DB8:1:0::1")}`;
  assert.equal((await site.ask("PATCH", path, { weight: 7 })).status, 200);
  assert.equal(site.controller.vip("2002::/16 tcp/80").servers[0]?.weight, 7);
});

Deno.test("of a list of servers all come or none, with paths that count from the list", async () => {
  await using site = await Site.open();
  const path = servers("90.0.0.0/8");
  const good = { address: "10.0.0.3" };
  refused(await site.ask("POST", path, [good, { address: "10.0.0.2" }]), 409, "[1].address");
  refused(await site.ask("POST", path, [good, { address: "::1" }]), 400, "[1].address");
  refused(await site.ask("POST", path, [good, { address: "10.0.0.4", w: 1 }]), 400, "[1].w");
  refused(await site.ask("POST", path, [good, good]), 400, "[1].address");
  assert.equal(site.controller.vip("90.0.0.0/8").servers.length, 2);
  const done = await site.ask("POST", path, [good, { address: "10.0.0.4" }]);
  assert.deepEqual(done.body.plan.vips[0].added, ["10.0.0.3", "10.0.0.4"]);
  assert.equal(done.body.revision, 2);
});

Deno.test("what does not fit the servers that are there is refused", async () => {
  await using site = await Site.open();
  const path = servers("90.0.0.0/8");
  refused(await site.ask("POST", servers("91.0.0.0/8"), { address: "10.0.0.3" }), 404, "");
  refused(await site.ask("POST", path, { address: "10.0.0.1" }), 409, "address");
  refused(await site.ask("POST", path, { address: "10.0.0" }), 400, "address");
  refused(await site.ask("PATCH", `${path}/10.0.0.9`, { weight: 1 }), 404, "");
  refused(await site.ask("PATCH", `${path}/10.0.0.1`, { weight: 101 }), 400, "weight");
  refused(await site.ask("PATCH", `${path}/10.0.0.1`, { weight: 1, x: 1 }), 400, "x");
  refused(await site.ask("PATCH", `${path}/10.0.0.1`), 400, "weight");
  refused(await site.ask("DELETE", `${path}/10.0.0.9`), 404, "");
  refused(await site.ask("DELETE", `${path}/10.0.0.1?flush=maybe`), 400, "flush");
  assert.equal(site.controller.revision, 1);
});

Deno.test("a removed server keeps its flows unless they are flushed", async () => {
  await using site = await Site.open();
  const path = servers("90.0.0.0/8");
  site.traffic(200);
  const flows = async (query = "") =>
    (await site.ask("GET", `/api/v1/flows?limit=1000${query}`)).body.flows;
  const before = (await flows("&server=10.0.0.1")).length;
  assert.ok(before > 50 && before < 150, `${before}`);
  await site.ask("DELETE", `${path}/10.0.0.1`);
  assert.equal((await flows("&server=10.0.0.1")).length, before);
  const states = site.controller.vip("90.0.0.0/8").servers.map(({ state }) => state);
  assert.deepEqual(states, ["active", "removed"]);
  await site.ask("DELETE", `${path}/10.0.0.2?flush`);
  assert.equal((await flows()).length, before);
});

Deno.test("a body that is no JSON is refused by its type where only JSON is read", async () => {
  await using site = await Site.open();
  const answer = await site.send("POST", VIPS, "prefix: 91.0.0.0/8", "application/yaml");
  refused(answer, 415, "");
  assert.match(
    answer.body.error.message,
    /content type is application\/yaml; send application\/json/,
  );
});

Deno.test("a list of servers of any length is added or refused", async () => {
  await using site = await Site.open();
  const list = Array.from({ length: 130_000 }, () => ({ address: "10.0.0.9" }));
  const answer = await site.ask("POST", servers("90.0.0.0/8"), list);
  refused(answer, 400, "[1].address");
  assert.equal(site.controller.revision, 1);
});
