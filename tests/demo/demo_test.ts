import assert from "node:assert/strict";
import { startProxy } from "../../lib/demo/proxy.ts";
import { hostBatch, routerBatch } from "../../lib/demo/recipe.ts";
import { Screen } from "../../lib/demo/screen.ts";
import { drops, momentLine, tableText } from "../../lib/demo/table.ts";
import { emptyTally, faults, shares } from "../../lib/demo/tally.ts";
import { HOSTS, LEGS, SERVERS, VIPS } from "../../lib/demo/topology.ts";
import { round } from "../../lib/demo/traffic.ts";

/** A tally as it should be: 300 requests a VIP, a third each. */
function goodTally() {
  const tally = emptyTally();
  tally.requests = tally.answered = 600;
  for (const { prefix } of VIPS) {
    for (const { name } of SERVERS) tally.servers[prefix]![name] = 100;
  }
  tally.kept = { connections: 60, changed: 0 };
  return tally;
}

const COUNTERS = {
  at: "2026-01-01T00:00:00Z",
  total: { rx_packets: 10, drop_ttl: 0, drop_no_next_hop: 1234 },
  workers: [],
  interfaces: [],
  flows: 0,
  vips: [],
};

Deno.test("a round is 300 requests for each VIP, half of them on kept-alive connections", () => {
  for (const vip of VIPS) {
    const mine = round(0).filter((one) => one.vip === vip);
    const kept = mine.filter((one) => one.requests > 1);
    const sum = (list: typeof mine) => list.reduce((n, one) => n + one.requests, 0);
    assert.equal(sum(mine), 300);
    assert.equal(sum(kept), 150);
  }
});

Deno.test("rounds are fixed, and no source port comes twice for many rounds", () => {
  assert.deepEqual(round(3), round(3));
  const seen = new Set<string>();
  for (let index = 0; index < 100; index++) {
    for (const { vip, source, port } of round(index)) seen.add(`${vip.prefix} ${source} ${port}`);
  }
  assert.equal(seen.size, 100 * round(0).length);
  assert.ok(round(1776).every(({ port }) => port >= 20_000 && port < 60_000));
});

Deno.test("an even split with every answer has no fault", () => {
  assert.deepEqual(faults(goodTally(), true), []);
  assert.equal(shares(goodTally()).length, 6);
});

Deno.test("a lost request, a poor share and a changed server are named", () => {
  const tally = goodTally();
  tally.requests = 601;
  tally.errors = ["203.0.113.10 port 20000 to 90.0.0.1: no answer within 5 s"];
  tally.servers["90.0.0.0/8"] = { s1: 130, s2: 100, s3: 70 };
  tally.kept.changed = 2;
  assert.deepEqual(faults(tally, true), [
    "1 of 601 requests were not answered: " +
    "203.0.113.10 port 20000 to 90.0.0.1: no answer within 5 s",
    "s1 got 43.3 % of 90.0.0.0/8, more than 5 points away from a third",
    "s3 got 23.3 % of 90.0.0.0/8, more than 5 points away from a third",
    "2 kept-alive connections changed their server",
  ]);
});

Deno.test("shares are judged after whole rounds only", () => {
  const tally = goodTally();
  tally.servers["90.0.0.0/8"] = { s1: 130, s2: 100, s3: 70 };
  assert.deepEqual(faults(tally, false), []);
});

Deno.test("no traffic at all is a fault", () => {
  assert.ok(faults(emptyTally(), false).includes("no request was sent"));
});

Deno.test("the table names servers, shares and drops", () => {
  const rates = { received: 1500, sent: 1400 };
  const moment = { url: "http://x/", seconds: 3, tally: goodTally(), counters: COUNTERS, rates };
  const text = tableText(moment);
  assert.match(text, /90\.0\.0\.0\/8\s+s1\s+10\.0\.1\.2\s+100\s+33\.3 %/);
  assert.match(text, /drops\s+drop_no_next_hop 1,234\n/);
  assert.match(text, /1,500\/s in, 1,400\/s out/);
  assert.equal(momentLine(moment).split("\n").length, 2);
  assert.deepEqual(drops(COUNTERS), { drop_no_next_hop: 1234 });
});

Deno.test("a picture takes the place of the one before, and long lines are cut", () => {
  let text = "";
  const screen = new Screen((part) => text += part, () => 20);
  screen.draw("a\nb\n");
  screen.draw(`${"c".repeat(40)}\n`);
  assert.equal(text, `a\nb\n\x1b[2A\x1b[J${"c".repeat(20)}\n`);
});

Deno.test("every host is on a leg of the router and knows its way back", () => {
  assert.deepEqual(HOSTS.slice(1), LEGS.map((leg) => leg.host));
  const router = routerBatch((host) => `x-${host}`).join("\n");
  for (const leg of LEGS) {
    assert.ok(router.includes(`netns x-${leg.host}`));
    assert.ok(hostBatch(leg).includes(`route add default via ${leg.gateways.ip4}`));
  }
  assert.match(router, /route add 90\.0\.0\.0\/8 via 192\.0\.2\.10/);
  assert.match(router, /route add 2002::\/16 via 2001:db8::10/);
});

Deno.test("the proxy takes the next free port and reaches the unix socket", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/s`;
  const server = Deno.serve({ path, onListen: () => {} }, () => new Response("hello"));
  try {
    using first = startProxy(18480, path);
    using second = startProxy(Number(new URL(first.url).port), path);
    assert.notEqual(first.url, second.url);
    for (const { url } of [first, second]) assert.equal(await (await fetch(url)).text(), "hello");
  } finally {
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
});
