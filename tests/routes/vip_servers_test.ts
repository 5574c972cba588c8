/** The servers of one VIP, as REST lists and weighs them. */
import assert from "node:assert/strict";
import type { Client } from "../../lib/client.ts";
import { connectTo } from "../../lib/connect.ts";
import { RefusedError } from "../../lib/refused.ts";
import { Site } from "./site.ts";

const VIP = "90.0.0.0/8";

async function withClient(act: (client: Client, site: Site) => Promise<void>): Promise<void> {
  await using site = await Site.open();
  using client = connectTo({ url: site.url });
  await act(client, site);
}

const weightsOf = async (client: Client) =>
  (await client.serversOf(VIP)).servers.map(({ address, weight }) => `${address} ${weight}`);

Deno.test("a VIP's servers are listed by page, searched, and told by how they are", () =>
  withClient(async (client, site) => {
    await client.addServers(VIP, [3, 4, 5, 6].map((n) => ({ address: `10.0.0.${n}` })));
    site.traffic(300);
    await client.setWeight(VIP, "10.0.0.2", 0);
    await client.removeServer(VIP, "10.0.0.3");
    const first = await client.serversOf(VIP, { limit: 4 });
    assert.deepEqual(first.servers.map(({ address }) => address), [
      "10.0.0.1",
      "10.0.0.2",
      "10.0.0.4",
      "10.0.0.5",
    ]);
    assert.deepEqual([first.total, first.offset, first.previous], [6, 0, null]);
    const { up, draining, removed } = first.conditions;
    assert.deepEqual([up, draining, removed], [4, 1, 1]);
    const second = await client.serversOf(VIP, { limit: 4, cursor: first.cursor! });
    assert.deepEqual(second.servers.map(({ address, state }) => [address, state]), [
      ["10.0.0.6", "active"],
      ["10.0.0.3", "removed"],
    ]);
    assert.equal(second.cursor, null);
    const some = await client.serversOf(VIP, { condition: ["draining", "removed"] });
    assert.deepEqual(some.servers.map(({ address }) => address), ["10.0.0.2", "10.0.0.3"]);
    const found = await client.serversOf(VIP, { search: "0.0.6" });
    assert.deepEqual(found.servers.map(({ address }) => address), ["10.0.0.6"]);
    const odd = await site.ask("GET", "/api/v1/vips/90.0.0.0%2F8/servers?condition=tired");
    assert.deepEqual([odd.status, odd.body.error.path], [400, "condition[0]"]);
  }));

Deno.test("sums of a VIP are of all its servers, whichever are told", () =>
  withClient(async (client, site) => {
    site.traffic(100);
    const { vips: [all] } = await client.counters([VIP]);
    const { vips: [some] } = await client.counters([VIP], [`${VIP} 10.0.0.1`]);
    assert.equal(all!.new_flows, 100);
    assert.equal(all!.servers.reduce((sum, { counters }) => sum + counters.new_flows!, 0), 100);
    assert.deepEqual(some!.servers.map(({ address }) => address), ["10.0.0.1"]);
    assert.deepEqual({ ...some, servers: [] }, { ...all, servers: [] });
    assert.deepEqual((await client.counters([VIP], [])).vips[0]!.servers, []);
  }));

Deno.test("what a server got is counted from the last change of its VIP's table on", () =>
  withClient(async (client, site) => {
    const told = async () => {
      const { vips: [vip] } = await client.counters([VIP]);
      const got = vip!.servers.map(({ address, table_flows }) => [address, table_flows]);
      return {
        since: vip!.table_since,
        all: vip!.table_flows,
        got: new Map(got as [string, number][]),
      };
    };
    site.traffic(100);
    const before = await told();
    assert.equal(before.all, 100);
    await client.updateConf({ timeout: 50 });
    assert.deepEqual(await told(), before, "another change moves no slot, and counts on");
    await client.setWeights(VIP, [{ address: "10.0.0.1", weight: 7 }]);
    const after = await told();
    assert.ok(after.since > before.since);
    assert.deepEqual([after.all, ...after.got.values()].filter((flows) => flows !== 0), []);
    site.traffic(100);
    assert.equal((await told()).all, 0, "flows that were there do not begin");
  }));

Deno.test("several weights change at once, all or none", () =>
  withClient(async (client, site) => {
    const { revision, plan } = await client.setWeights(VIP, [
      { address: "10.0.0.1", weight: 7 },
      { address: "10.0.0.2", weight: 0 },
    ]);
    assert.equal(revision, 2, "as one revision");
    assert.deepEqual(plan.vips[0]!.reweighted, [
      { address: "10.0.0.1", from: 100, to: 7 },
      { address: "10.0.0.2", from: 100, to: 0 },
    ]);
    assert.deepEqual(await weightsOf(client), ["10.0.0.1 7", "10.0.0.2 0"]);
    const bad: [unknown, number, string][] = [
      [
        [{ address: "10.0.0.1", weight: 9 }, { address: "10.0.0.2", weight: 101 }],
        400,
        "[1].weight",
      ],
      [
        [{ address: "10.0.0.1", weight: 9 }, { address: "10.0.0.2", weight: "x" }],
        400,
        "[1].weight",
      ],
      [
        [{ address: "10.0.0.1", weight: 9 }, { address: "10.0.0.8", weight: 1 }],
        404,
        "[1].address",
      ],
      [[{ address: "10.0.0.1", weight: 9 }, { address: "web", weight: 1 }], 404, "[1].address"],
      [[{ address: "10.0.0.1" }], 400, "[0].weight"],
      [{ weight: 1 }, 400, ""],
    ];
    for (const [body, status, path] of bad) {
      const answer = await site.ask("PATCH", "/api/v1/vips/90.0.0.0%2F8/servers", body);
      assert.deepEqual(
        [answer.status, answer.body.error.path],
        [status, path],
        JSON.stringify(body),
      );
    }
    assert.deepEqual(await weightsOf(client), ["10.0.0.1 7", "10.0.0.2 0"]);
    assert.equal((await client.setWeights(VIP, [])).revision, 2);
    await assert.rejects(
      client.setWeights(VIP, [{ address: "10.0.0.1", weight: 9 }], { ifMatch: 1 }),
      (error) => error instanceof RefusedError && error.status === 412,
    );
    const { entries } = await client.audit({ limit: 20 });
    assert.ok(entries.some(({ what }) => /10\.0\.0\.1[^;]*7/.test(what)), JSON.stringify(entries));
  }));
