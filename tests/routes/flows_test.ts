/** Which flows are remembered, as REST is asked for them. */
import assert from "node:assert/strict";
import type { FlowView } from "../../lib/question.ts";
import { parseEndpoint } from "../../lib/net.ts";
import { firstFrame } from "../../lib/views/frame.ts";
import { CONFIG, Site } from "./site.ts";

/** First packets of flows from there to there. */
function send(site: Site, ...ends: [from: string, to: string][]): void {
  site.dataplane.frames(
    ends.map(([from, to]) =>
      firstFrame(parseEndpoint(from), parseEndpoint(to), "tcp", new Uint8Array(6))
    ),
  );
}

async function found(site: Site, query: Record<string, string>): Promise<FlowView[]> {
  const { status, body } = await site.ask("GET", `/api/v1/flows?${new URLSearchParams(query)}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body.flows;
}

Deno.test("flows are found by their client: an address, a prefix, an address and port", async () => {
  await using site = await Site.open();
  send(
    site,
    ["203.0.113.7:1000", "90.1.2.3:80"],
    ["203.0.113.7:1001", "90.1.2.3:80"],
    ["203.0.113.77:1000", "90.1.2.3:80"],
    ["198.51.100.7:1000", "90.1.2.3:80"],
    ["[2001:db8::7]:1000", "[2002::1]:80"],
    ["[2001:db8::8]:1000", "[2002::1]:80"],
  );
  const rows: [string, number][] = [
    ["203.0.113.7", 2],
    ["203.0.113.7:1001", 1],
    ["203.0.113.7:1002", 0],
    ["203.0.113.0/24", 3],
    ["203.0.113.64/26", 1],
    ["0.0.0.0/0", 4],
    ["::/0", 2],
    ["2001:db8::7", 1],
    ["2001:DB8:0::7", 1],
    ["[2001:db8::7]:1000", 1],
    ["[2001:db8::7]:1", 0],
    ["2001:db8::/125", 1],
    ["192.0.2.1", 0],
  ];
  for (const [client, count] of rows) {
    assert.equal((await found(site, { client })).length, count, `client ${client}`);
    assert.equal((await found(site, { address: client })).length, count, `address ${client}`);
  }
  const both = { client: "203.0.113.0/24", vip: "2002::/16 tcp/80" };
  assert.deepEqual(await found(site, both), []);
});

Deno.test("an address is a client's or a server's", async () => {
  // A server of one VIP may be a client of another, and behind two at once.
  const shared = { prefix: "91.0.0.0/8", servers: [{ address: "10.0.0.1" }] };
  await using site = await Site.open({ ...CONFIG, vips: [...CONFIG.vips, shared] });
  site.traffic(40);
  send(site, ["10.0.0.1:1000", "90.1.2.3:80"], ["203.0.113.7:1000", "91.1.2.3:80"]);
  const all = await found(site, {});
  assert.equal(all.length, 42);
  const wanted = all.filter(({ server, source }) =>
    server === "10.0.0.1" || source === "10.0.0.1:1000"
  );
  assert.ok(wanted.length > 5 && wanted.length < 40);
  const key = ({ source, destination }: FlowView) => `${source} ${destination}`;
  const keys = (flows: FlowView[]) => flows.map(key).sort();
  assert.deepEqual(keys(await found(site, { address: "10.0.0.1" })), keys(wanted));
  assert.deepEqual(
    keys(await found(site, { address: "10.0.0.0/24" })).length,
    42,
    "a prefix holds servers, too",
  );
  const ofServer = all.filter(({ server }) => server === "10.0.0.1");
  assert.deepEqual(keys(await found(site, { server: "10.0.0.1" })), keys(ofServer));
  assert.deepEqual(
    keys(await found(site, { server: "10.0.0.1", client: "203.0.113.7" })),
    keys(ofServer.filter(({ source }) => source.startsWith("203."))),
  );
});

Deno.test("flows of a worker are told, and of one that is not there nothing is made up", async () => {
  await using site = await Site.open();
  site.traffic(10);
  assert.equal((await found(site, { worker: "0" })).length, 10);
  const { status, body } = await site.ask("GET", "/api/v1/flows?worker=1");
  assert.deepEqual([status, body.error], [404, {
    path: "worker",
    message: "no worker 1: they are 0 to 0",
  }]);
});

Deno.test("a search that makes no sense is answered with its place", async (t) => {
  await using site = await Site.open();
  const rows: [string, string, RegExp][] = [
    ["client=x", "client", /^"x" is no address: write 203\.0\.113\.7, .* or 203\.0\.113\.0\/24$/],
    ["client=203.0.113.7:0", "client", /is no address/],
    ["client=203.0.113.7:70000", "client", /is no address/],
    [
      "client=203.0.113.7/24",
      "client",
      /has bits set behind \/24; the prefix is 203\.0\.113\.0\/24/,
    ],
    ["client=", "client", /is no address/],
    ["address=[::1", "address", /is no address/],
    ["address=10.0.0.1&server=10.0.0.1", "address", /stands for client and server/],
    ["worker=-1", "worker", /write/],
    ["worker=one", "worker", /write/],
  ];
  for (const [query, path, message] of rows) {
    await t.step(query, async () => {
      const { status, body } = await site.ask("GET", `/api/v1/flows?${query}`);
      assert.deepEqual([status, body.error.path], [400, path], JSON.stringify(body));
      assert.match(body.error.message, message);
    });
  }
});
