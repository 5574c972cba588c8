/** Tables and neighbours, as REST tells them. */
import assert from "node:assert/strict";
import type { Client } from "../../lib/client.ts";
import { connectTo } from "../../lib/connect.ts";
import { Site } from "./site.ts";

const VIP = "90.0.0.0/8";

async function withClient(act: (site: Site, client: Client) => Promise<void>): Promise<void> {
  await using site = await Site.open();
  using client = connectTo({ url: site.url });
  await act(site, client);
}

Deno.test("a VIP's table tells who wants how much of it, and who got it", () =>
  withClient(async (_site, client) => {
    await client.setWeight(VIP, "10.0.0.2", 50);
    await client.addServers(VIP, [{ address: "10.0.0.3", weight: 0 }]);
    const { slots, servers, part } = await client.table(VIP);
    assert.equal(slots, 4096);
    assert.equal(part, null);
    assert.deepEqual(servers.map(({ address, weight }) => [address, weight]), [
      ["10.0.0.1", 100],
      ["10.0.0.2", 50],
      ["10.0.0.3", 0],
    ]);
    assert.equal(servers.reduce((sum, server) => sum + server.slots, 0), slots);
    for (const { wanted, got, slots: own } of servers) {
      assert.ok(Math.abs(wanted - got) < 0.02, `${wanted} wanted, ${got} got`);
      assert.equal(got, own / slots);
    }
    assert.deepEqual(servers[2], { address: "10.0.0.3", weight: 0, slots: 0, wanted: 0, got: 0 });
  }));

Deno.test("its slots are told one by one, and a packet goes where its slot says", () =>
  withClient(async (_site, client) => {
    const whole = await client.table(VIP, { from: 0 });
    assert.equal(whole.part!.servers.length, 4096);
    const part = await client.table(VIP, { from: 4000, limit: 50 });
    assert.deepEqual(part.part, { from: 4000, servers: whole.part!.servers.slice(4000, 4050) });
    assert.deepEqual((await client.table(VIP, { from: 4096 })).part!.servers, []);
    for (let port = 1; port <= 50; port++) {
      const { slot, server } = await client.trace({
        source: `203.0.113.7:${port}`,
        destination: "90.1.2.3:80",
        protocol: "tcp",
      });
      assert.equal(whole.servers[whole.part!.servers[slot!]!]!.address, server);
    }
  }));

Deno.test("a table without servers is empty, and slots behind the last are refused", () =>
  withClient(async (site, client) => {
    await client.addVip({ prefix: "92.0.0.0/8" });
    assert.deepEqual(await client.table("92.0.0.0/8"), {
      vip: "92.0.0.0/8",
      slots: 0,
      servers: [],
      part: null,
      bins: null,
    });
    const answer = await site.ask("GET", "/api/v1/vips/90.0.0.0%2F8/table?from=4097");
    assert.equal(answer.status, 400);
    assert.deepEqual(answer.body.error, {
      path: "from",
      message: "the table has 4096 slots; 4097 is behind the last",
    });
  }));

Deno.test("neighbours are told for each server once, and why one is not known", () =>
  withClient(async (_site, client) => {
    await client.addVip({ prefix: "92.0.0.0/8", servers: [{ address: "10.0.0.1" }] });
    const { neighbours } = await client.neighbours();
    assert.deepEqual(neighbours.map(({ address }) => address).sort(), [
      "10.0.0.1",
      "10.0.0.2",
      "2001:db8:1::1",
    ]);
    for (const one of neighbours) {
      assert.deepEqual(
        [one.for, one.interface, one.mac, one.reason],
        ["server", "net0", "02:00:00:00:00:01", null],
      );
    }
    await client.replaceConfig({
      interfaces: { net0: { device: "null", snat: ["nat4"] } },
      vips: [{ prefix: "90.0.0.1/32", encap: "nat4", servers: [{ address: "10.0.0.1" }] }],
    });
    const { neighbours: unknown } = await client.neighbours();
    assert.deepEqual(unknown.map((one) => [one.address, one.for, one.mac]), [
      ["10.0.0.1", "server", null],
      ["0.0.0.0/0", "clients", null],
    ]);
    assert.ok(unknown.every(({ reason }) => /next_hop/.test(reason ?? "")));
  }));

Deno.test("neighbours come by page and search, those first that nothing can be sent to", () =>
  withClient(async (_site, client) => {
    const all = (await client.neighbours()).neighbours.map(({ address }) => address);
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await client.neighbours({ limit: 2, ...cursor ? { cursor } : {} });
      assert.ok(page.neighbours.length <= 2);
      seen.push(...page.neighbours.map(({ address }) => address));
      cursor = page.cursor;
    } while (cursor !== null);
    assert.deepEqual(seen, all);
    assert.equal(seen.length, 3);
    const searched = async (search: string) =>
      (await client.neighbours({ search })).neighbours.map(({ address }) => address).sort();
    assert.deepEqual(await searched("2001"), ["2001:db8:1::1"]);
    assert.deepEqual(await searched("NET0"), [...all].sort());
    assert.deepEqual(await searched("nowhere"), []);
    await assert.rejects(client.neighbours({ cursor: "x" }), { status: 400 });
  }));
