import assert from "node:assert/strict";
import { CONFIG, Site } from "./site.ts";

const PATH = "/api/v1/interfaces";
const NEXT_HOP = CONFIG.interfaces.net0.next_hop;

Deno.test("interfaces are listed, read by name, added, changed, replaced and removed", async () => {
  await using site = await Site.open();
  const names = async () =>
    (await site.ask("GET", PATH)).body.interfaces.map(({ name }: { name: string }) => name);
  assert.deepEqual(await names(), ["net0"]);
  const one = (await site.ask("GET", `${PATH}/net0`)).body;
  assert.deepEqual([one.device, one.snat], ["null", []]);

  const added = await site.ask("PUT", `${PATH}/net1`, { device: "null" });
  assert.deepEqual([added.status, added.headers.get("etag")], [200, '"2"']);
  assert.deepEqual(added.body.plan.interfaces_added, ["net1"]);
  assert.deepEqual(await names(), ["net0", "net1"]);
  const again = await site.ask("PUT", `${PATH}/net1`, { device: "null" });
  assert.equal(again.body.revision, 2, "the same once more changes nothing");

  const changed = await site.ask("PATCH", `${PATH}/net0`, { snat: ["nat6", "nat4"] });
  assert.deepEqual(changed.body.plan.settings, ["interfaces.net0"]);
  assert.deepEqual(site.controller.config().interfaces.net0, {
    device: "null",
    next_hop: NEXT_HOP,
    snat: ["nat4", "nat6"],
  }, "what was not given stays");
  await site.ask("PUT", `${PATH}/net0`, { device: "null", next_hop: NEXT_HOP });
  assert.deepEqual(site.controller.config().interfaces.net0?.snat, [], "put replaces all of it");
  assert.deepEqual(Object.keys(site.controller.config().interfaces), ["net0", "net1"]);

  const dry = await site.ask("DELETE", `${PATH}/net1?dry_run`);
  assert.deepEqual([dry.body.dry_run, dry.body.plan.interfaces_removed], [true, ["net1"]]);
  assert.deepEqual(await names(), ["net0", "net1"]);
  await site.ask("DELETE", `${PATH}/net1`);
  assert.deepEqual(await names(), ["net0"]);
});

const WRONG: [string, string, string, unknown, number, string, RegExp][] = [
  ["a device that is none", "PUT", "net1", { device: "eth1" }, 400, "device", /not a device/],
  ["no device", "PUT", "net1", {}, 400, "device", /required|missing/],
  ["no mapping", "PUT", "net1", "null", 400, "", /./],
  ["a field that is none", "PATCH", "net0", { nexthop: 1 }, 400, "nexthop", /next_hop/],
  ["an interface that is not there", "PATCH", "net9", { snat: [] }, 404, "", /no interface.*net0/],
  ["the removal of none", "DELETE", "net9", undefined, 404, "", /no interface.*net0/],
  ["a name of Object's own", "DELETE", "constructor", undefined, 404, "", /no interface/],
];
for (const [what, method, name, value, status, path, message] of WRONG) {
  Deno.test(`${what} is refused with path and reason, and changes nothing`, async () => {
    await using site = await Site.open();
    const answer = await site.ask(method, `${PATH}/${name}`, value);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.equal(answer.body.error.path, path);
    assert.match(answer.body.error.message, message);
    assert.equal(site.controller.revision, 1);
  });
}

Deno.test("names that are none are refused, whatever they mean elsewhere", async () => {
  await using site = await Site.open();
  for (const name of ["9net", "a b", "__proto__", "n".repeat(33)]) {
    const path = `${PATH}/${encodeURIComponent(name)}`;
    const { status, body } = await site.ask("PUT", path, { device: "null" });
    assert.equal(status, 400, name);
    assert.match(body.error.message, /not a name for an interface/, name);
  }
  assert.deepEqual(Object.keys(site.controller.config().interfaces), ["net0"]);
});

Deno.test("devices of the machine are told; each with the interface that has it", async () => {
  await using site = await Site.open();
  const { status, body } = await site.ask("GET", "/api/v1/devices");
  assert.equal(status, 200);
  for (const { device } of body.devices) assert.match(device, /^(af_packet|pci):./);
  assert.ok(!body.devices.some(({ device }: { device: string }) => device === "af_packet:lo"));
});

Deno.test("the settings of the whole are read with their revision as ETag", async () => {
  await using site = await Site.open();
  const { body, headers } = await site.ask("GET", "/api/v1/config/conf");
  assert.deepEqual([headers.get("etag"), body.buckets, body.timeout], ['"1"', 1024, 40]);
});
