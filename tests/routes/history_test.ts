/** What graphs show: the last five minutes from memory, the last day from the store. */
import assert from "node:assert/strict";
import { SERIES } from "../../lib/history.ts";
import { type Answer, Site } from "./site.ts";

const history = (site: Site, span: string) => site.ask("GET", `/api/v1/history?span=${span}`);

/** Asks until there are so many points. */
async function points(site: Site, count: number): Promise<Answer["body"]> {
  while (true) {
    const { body } = await history(site, "5m");
    if (body.at.length >= count) return body;
    await new Promise((done) => setTimeout(done, 100));
  }
}

Deno.test("the last minutes are there second by second, whoever looked", async () => {
  await using site = await Site.open();
  await points(site, 1);
  site.traffic(60);
  site.traffic(40, "[2002::1]:81");
  const body = await points(site, 3);
  assert.equal(body.step_seconds, 1);
  for (const name of SERIES) assert.equal(body.series[name].length, body.at.length, name);
  const sum = (name: string) => {
    let before = body.at[0] - 1;
    return body.series[name].reduce((all: number, rate: number, i: number) => {
      const seconds = body.at[i] - before;
      before = body.at[i];
      return all + rate * seconds;
    }, 0);
  };
  assert.ok(Math.abs(sum("rx_packets") - 100) < 12, `${sum("rx_packets")} received`);
  assert.ok(Math.abs(sum("new_flows") - 60) < 8, `${sum("new_flows")} begun`);
  assert.ok(Math.abs(sum("drops") - 40) < 6, `${sum("drops")} dropped`);
  assert.equal(body.series.flows.at(-1), 60);
  const apart = body.at.slice(1).map((at: number, i: number) => at - body.at[i]);
  assert.ok(apart.every((seconds: number) => seconds > 0), String(apart));
});

Deno.test("the last day is there minute by minute, with gaps where nobody measured", async () => {
  await using site = await Site.open();
  const minute = Math.floor(Date.now() / 60_000) * 60;
  const point = Object.fromEntries(SERIES.map((name, i) => [name, i]));
  site.store.history.addSample(minute - 300, point);
  site.store.history.addSample(minute - 240, point);
  site.store.history.addSample(minute - 180, { of: "another version" });
  site.store.history.addSample(minute - 120, { ...point, flows: 99 });
  const { status, body } = await history(site, "1d");
  assert.equal(status, 200);
  assert.equal(body.step_seconds, 60);
  assert.deepEqual(body.at.slice(0, 5), [300, 240, 180, 120, 60].map((ago) => minute - ago));
  assert.deepEqual(body.series.flows.slice(0, 5), [4, 4, null, 99, null]);
  const wrong = await history(site, "2d");
  assert.equal(wrong.status, 400);
  assert.match(wrong.body.error.message, /write one of 5m, 1d/);
});

Deno.test("servers that cannot be reached can be asked for", async () => {
  await using site = await Site.open({
    interfaces: { net0: { device: "null" } },
    conf: { ip4_src_address: "192.0.2.1" },
    vips: [{ prefix: "90.0.0.0/8", servers: [{ address: "10.0.0.1" }] }],
  });
  const { body } = await site.ask("GET", "/api/v1/servers?reachable=false");
  assert.equal(body.servers[0].address, "10.0.0.1");
  assert.equal((await site.ask("GET", "/api/v1/servers?reachable=true")).body.servers.length, 0);
  assert.equal((await site.ask("GET", "/api/v1/servers?reachable=perhaps")).status, 400);
});
