/** VIPs and servers by page, and those that are looked for. */
import assert from "node:assert/strict";
import type { Client } from "../../lib/client.ts";
import { connectTo } from "../../lib/connect.ts";
import { Site } from "./site.ts";

const CONFIG = {
  conf: { ip4_src_address: "192.0.2.10", ip6_src_address: "2001:db8::10" },
  interfaces: { net0: { device: "null", next_hop: { mac: "02:00:00:00:00:01" } } },
  vips: Array.from({ length: 25 }, (_, n) => ({
    prefix: `90.0.${n}.0/24`,
    ...(n % 2 === 0 ? {} : { protocol: "tcp", port: 80 }),
    new_len: 16,
    servers: [
      { address: `10.0.0.${n}` },
      { address: "10.9.9.9", weight: n % 5 === 0 ? 0 : 100 },
    ],
  })),
};

async function withClient(act: (client: Client, site: Site) => Promise<void>): Promise<void> {
  await using site = await Site.open(CONFIG);
  using client = connectTo({ url: site.url });
  await act(client, site);
}

/** All pages, one behind the other. */
async function pages<T>(
  ask: (cursor: string | undefined) => Promise<{ list: T[]; cursor: string | null }>,
): Promise<T[][]> {
  const all: T[][] = [];
  let cursor: string | undefined;
  do {
    const page = await ask(cursor);
    all.push(page.list);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined && all.length < 100);
  return all;
}

Deno.test("VIPs come by page, each once; without a limit all at once", () =>
  withClient(async (client) => {
    const whole = await client.vips();
    assert.deepEqual([whole.vips.length, whole.cursor], [25, null]);
    const parts = await pages(async (cursor) => {
      const page = await client.vips({ limit: 10, ...(cursor === undefined ? {} : { cursor }) });
      return { list: page.vips.map(({ name }) => name), cursor: page.cursor };
    });
    assert.deepEqual(parts.map(({ length }) => length), [10, 10, 5]);
    assert.deepEqual(parts.flat(), whole.vips.map(({ name }) => name));
  }));

Deno.test("VIPs are found by their names and by their servers' addresses", () =>
  withClient(async (client) => {
    const found = async (search: string) =>
      (await client.vips({ search })).vips.map((vip) => vip.name);
    assert.deepEqual(await found("90.0.7."), ["90.0.7.0/24 tcp/80"]);
    assert.equal((await found(" TCP/80 ")).length, 12);
    assert.deepEqual(await found("10.0.0.24"), ["90.0.24.0/24"]);
    assert.equal((await found("10.9.9.9")).length, 25);
    assert.deepEqual(await found("nothing"), []);
  }));

Deno.test("servers of all VIPs are listed with their VIPs, by state and by page", () =>
  withClient(async (client, site) => {
    const { servers } = await client.servers();
    assert.equal(servers.length, 50);
    const draining = await client.servers({ state: "draining" });
    assert.deepEqual(draining.servers.map(({ vip, address }) => `${vip} ${address}`), [
      "90.0.0.0/24 10.9.9.9",
      "90.0.5.0/24 tcp/80 10.9.9.9",
      "90.0.10.0/24 10.9.9.9",
      "90.0.15.0/24 tcp/80 10.9.9.9",
      "90.0.20.0/24 10.9.9.9",
    ]);
    assert.equal((await client.servers({ search: "10.9.9.9" })).servers.length, 25);
    assert.equal((await client.servers({ search: "90.0.3.0" })).servers.length, 2);
    const parts = await pages(async (cursor) => {
      const query = { search: "10.9.9.9", limit: 7, ...(cursor === undefined ? {} : { cursor }) };
      const page = await client.servers(query);
      return { list: page.servers.map(({ vip }) => vip), cursor: page.cursor };
    });
    assert.deepEqual(parts.map(({ length }) => length), [7, 7, 7, 4]);
    assert.equal(new Set(parts.flat()).size, 25);

    site.traffic(40, "90.0.2.1:80");
    await client.removeServer("90.0.2.0/24", "10.0.0.2");
    const removed = await client.servers({ state: "removed" });
    assert.deepEqual(removed.servers.map(({ vip, address }) => [vip, address]), [
      ["90.0.2.0/24", "10.0.0.2"],
    ]);
  }));

Deno.test("a page goes on behind the last entry, also when others came or went", () =>
  withClient(async (client) => {
    const first = await client.vips({ limit: 10 });
    await client.removeVip("90.0.0.0/24");
    const cursor = first.cursor!;
    const next = await client.vips({ limit: 1, cursor });
    assert.equal(next.vips[0]!.name, "90.0.10.0/24");
    await client.removeVip("90.0.9.0/24 tcp/80"); // the last entry itself
    assert.equal((await client.vips({ limit: 100, cursor })).vips.at(-1)!.name, "90.0.24.0/24");
  }));

Deno.test("what is no cursor, limit or state is refused by its place", () =>
  withClient(async (_client, site) => {
    for (
      const [query, path] of [
        ["vips?cursor=x", "cursor"],
        ["vips?limit=0", "limit"],
        ["servers?limit=x", "limit"],
        ["servers?state=sad", "state"],
        ["servers?condition=up,sad", "condition[1]"],
        ["servers?order=size", "order"],
      ]
    ) {
      const { status, body } = await site.ask("GET", `/api/v1/${query}`);
      assert.equal(status, 400, query);
      assert.equal(body.error.path, path);
    }
  }));

Deno.test("a page tells where it stands, and leads back to the one before", () =>
  withClient(async (client) => {
    const first = await client.vips({ limit: 10 });
    assert.deepEqual([first.offset, first.total, first.previous], [0, 25, null]);
    const second = await client.vips({ limit: 10, cursor: first.cursor! });
    const third = await client.vips({ limit: 10, cursor: second.cursor! });
    assert.deepEqual([third.offset, third.vips.length, third.cursor], [20, 5, null]);
    const back = await client.vips({ limit: 10, cursor: third.previous! });
    assert.deepEqual(back, { ...second, vips: back.vips });
    const start = await client.vips({ limit: 10, cursor: back.previous! });
    assert.deepEqual(start.vips.map(({ name }) => name), first.vips.map(({ name }) => name));
    assert.equal(start.previous, null);
    const found = await client.health({ search: "90.0.3.0", limit: 1 });
    assert.deepEqual([found.total, found.offset], [2, 0]);
  }));

Deno.test("servers are counted by how they are, found by it, and put in order by address", () =>
  withClient(async (client) => {
    const { conditions, total } = await client.servers({ limit: 1 });
    assert.equal(total, 50);
    assert.deepEqual(conditions, { up: 45, draining: 5, down: 0, no_next_hop: 0, removed: 0 });
    const some = await client.servers({ condition: ["draining", "down"], search: "90.0.5.0" });
    assert.deepEqual(some.servers.map(({ vip, address }) => `${vip} ${address}`), [
      "90.0.5.0/24 tcp/80 10.9.9.9",
    ]);
    assert.equal(some.conditions.up, 1, "all that the search finds are counted");
    const { servers } = await client.servers({ order: "address" });
    const addresses = servers.map(({ address }) => address);
    assert.deepEqual(addresses.slice(0, 12), [
      ...Array.from({ length: 11 }, (_, n) => `10.0.0.${n}`),
      "10.0.0.11",
    ]);
    assert.deepEqual(new Set(addresses.slice(25)), new Set(["10.9.9.9"]));
    const parts = await pages(async (cursor) => {
      const query = { order: "address", limit: 20, ...(cursor === undefined ? {} : { cursor }) };
      const page = await client.servers(query as { order: "address" });
      return { list: page.servers.map(({ address }) => address), cursor: page.cursor };
    });
    assert.deepEqual(parts.flat(), addresses);
    const [vip] = (await client.vips({ search: "90.0.5.0", limit: 1 })).vips;
    assert.deepEqual(vip!.conditions, { up: 1, draining: 1, down: 0, no_next_hop: 0, removed: 0 });
  }));

Deno.test("counters are told of some VIPs, and of some of their servers", () =>
  withClient(async (_client, site) => {
    const name = encodeURIComponent("90.0.2.0/24");
    const ask = async (query: string) =>
      (await site.ask("GET", `/api/v1/counters?vip=${name}&${query}`)).body.vips[0];
    site.traffic(40, "90.0.2.1:80");
    const one = await ask(`server=${encodeURIComponent("90.0.2.0/24 10.0.0.2")}`);
    assert.deepEqual(one.servers.map(({ address }: { address: string }) => address), ["10.0.0.2"]);
    const none = await ask("server=");
    assert.deepEqual([none.servers, none.flows, none.conditions.up], [[], 40, 2]);
  }));
