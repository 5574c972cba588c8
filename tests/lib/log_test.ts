import assert from "node:assert/strict";
import { Events } from "../../lib/events.ts";
import { HopLog } from "../../lib/next_hops/log.ts";
import { log, LOG_EVENTS, type LogFormat, startLog, stopLog } from "../../lib/log.ts";
import { Limit, LINES_MOST, WINDOW_MS } from "../../lib/log/limit.ts";
import { logDrops } from "../../lib/serve/drop_log.ts";
import type { NextHop } from "../../lib/next_hops.ts";

/** The lines that are logged meanwhile; text without its time. */
function logged(act: () => void, format: LogFormat = "text"): string[] {
  const lines: string[] = [];
  const write = (line: string) => lines.push(line.replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z /, ""));
  startLog({ format, write });
  try {
    act();
  } finally {
    stopLog();
  }
  return lines;
}

Deno.test("an event is one line, with values quoted where they need it", () => {
  const error = new Error('a "b"\nc');
  assert.deepEqual(
    logged(() => log("graphs_not_stored", { path: "/a b", error, tries: 3, none: undefined })),
    [
      'warning graphs_not_stored: graphs are not stored path="/a b" error="a \\"b\\"\\nc" tries=3',
    ],
  );
});

Deno.test("in JSON an event is one object a line, with its fields beside its name", () => {
  const act = () => log("server_down", { server: "10.0.0.1", vips: 2, reason: 'no "way"\nthere' });
  const [line, ...more] = logged(act, "json");
  assert.deepEqual(more, []);
  const { time, ...rest } = JSON.parse(line!);
  assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(rest, {
    level: "warning",
    event: "server_down",
    text: "a server is down",
    server: "10.0.0.1",
    vips: 2,
    reason: 'no "way"\nthere',
  });
});

Deno.test("an event that happens again and again is a few lines and a count; others are told", () => {
  const lines = logged(() => {
    for (let time = 0; time < 1000; time++) log("denied", { from: "192.0.2.1" });
    log("server_up", { server: "10.0.0.1" });
  });
  assert.equal(lines.length, LINES_MOST + 2);
  assert.match(lines.at(-2)!, /^info server_up: /);
  assert.equal(
    lines.at(-1),
    `warning suppressed: more of the same were not told of=denied count=${1000 - LINES_MOST}`,
  );
});

Deno.test("what was held back is told when its time is over, and lines are written again", () => {
  const limit = new Limit();
  const taken = (now: number, times: number) =>
    Array.from({ length: times }, () => limit.takes("denied", now)).filter((one) => one).length;
  assert.equal(taken(0, 50), LINES_MOST);
  assert.equal(limit.wait(1000), WINDOW_MS - 1000);
  assert.deepEqual(limit.over(WINDOW_MS - 1), []);
  assert.deepEqual(limit.over(WINDOW_MS), [{ event: "denied", count: 50 - LINES_MOST }]);
  assert.deepEqual(limit.over(WINDOW_MS), []);
  assert.equal(limit.wait(WINDOW_MS), null);
  assert.equal(taken(WINDOW_MS, 1), 1);
});

Deno.test("docs/log.md tells of every event, with how much it matters, and of no other", async () => {
  const text = await Deno.readTextFile(new URL("../../docs/log.md", import.meta.url));
  const told = [...text.matchAll(/^\| `(\w+)` \| (\w+) \|/gm)].map(([, name, level]) =>
    `${name} ${level}`
  );
  const there = Object.entries(LOG_EVENTS).map(([name, [level]]) => `${name} ${level}`);
  assert.deepEqual(told.toSorted(), there.toSorted());
});

Deno.test("a next hop is spoken of when it is found, changes or is lost, not again and again", () => {
  const found = (mac: string): NextHop => ({ hop: { interface: "net0", mac }, reason: null });
  const none = (reason: string): NextHop => ({ hop: null, reason });
  const waits = none("10.0.0.1 on eth1 has not answered ARP yet");
  const fails = none("10.0.0.1 on eth1 does not answer ARP");
  const hops = new HopLog();
  const lines = logged(() => {
    for (
      const next of [waits, fails, waits, fails, waits, found("m"), found("m"), found("n"), fails]
    ) {
      hops.report(new Map([["10.0.0.1", next]]));
    }
  });
  const lost = 'server=10.0.0.1 reason="10.0.0.1 on eth1 does not answer ARP"';
  assert.deepEqual(lines, [
    `warning next_hop_lost: no next hop ${lost}`,
    "info next_hop_found: next hop found server=10.0.0.1 interface=net0 mac=m",
    "info next_hop_found: next hop found server=10.0.0.1 interface=net0 mac=n",
    `warning next_hop_lost: no next hop ${lost}`,
  ]);
});

Deno.test("many servers at once are a few lines and a count", () => {
  const hops = new Map(Array.from({ length: 1000 }, (_, at): [string, NextHop] => [
    `10.0.${at >> 8}.${at & 255}`,
    { hop: { interface: "net0", mac: "m" }, reason: null },
  ]));
  const lines = logged(() => new HopLog().report(hops));
  assert.equal(lines.length, 11);
  assert.equal(lines.at(-1), "info next_hops_more: the same for more servers count=990");
});

Deno.test("drops are logged by name when they start and stop, also while nobody listens", () => {
  const events = new Events();
  const drop = { at: "", name: "drop_no_server", text: "nobody there", workers: [0], vips: [] };
  const lines = logged(() => {
    logDrops(events);
    assert.ok(events.wants("drops"), "the program looks for them");
    const places = { interfaces: ["net0", "net1"], vips: ["90.0.0.0/8 tcp/80"] };
    events.publish("drops", { ...drop, ...places, state: "started", packets: 4, rate: 4 });
    events.publish("drops", { ...drop, interfaces: [], state: "stopped", packets: 9, rate: 0 });
  });
  assert.deepEqual(lines, [
    'warning drop_started: packets are dropped drop=drop_no_server means="nobody there" rate=4 ' +
    'interfaces=net0,net1 workers=0 vips="90.0.0.0/8 tcp/80"',
    "info drop_stopped: packets are no longer dropped drop=drop_no_server packets=9",
  ]);
  events.close();
  assert.ok(!events.wants("drops"));
});
