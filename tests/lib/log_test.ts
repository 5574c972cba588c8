import assert from "node:assert/strict";
import { HopLog } from "../../lib/next_hops/log.ts";
import { getLog, startLog, stopLog } from "../../lib/log.ts";
import type { NextHop } from "../../lib/next_hops.ts";

/** The lines that are logged meanwhile, without their time. */
async function logged(act: () => void): Promise<string[]> {
  const lines: string[] = [];
  await startLog("info", (line) => lines.push(line.replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z /, "")));
  try {
    act();
  } finally {
    await stopLog();
  }
  return lines;
}

Deno.test("an event is one line, with values quoted where they need it", async () => {
  const lines = await logged(() => {
    getLog("store").warn("cannot write", { path: "/a b", error: new Error('a "b"\nc'), tries: 3 });
    getLog("store").debug("not said at this level");
  });
  assert.deepEqual(lines, [
    'warning store: cannot write path="/a b" error="a \\"b\\"\\nc" tries=3',
  ]);
});

Deno.test("a next hop is spoken of when it is found, changes or is lost, not again and again", async () => {
  const found = (mac: string): NextHop => ({ hop: { interface: "net0", mac }, reason: null });
  const none = (reason: string): NextHop => ({ hop: null, reason });
  const waits = none("10.0.0.1 on eth1 has not answered ARP yet");
  const fails = none("10.0.0.1 on eth1 does not answer ARP");
  const log = new HopLog();
  const lines = await logged(() => {
    for (
      const next of [waits, fails, waits, fails, waits, found("m"), found("m"), found("n"), fails]
    ) {
      log.report(new Map([["10.0.0.1", next]]));
    }
  });
  assert.deepEqual(lines, [
    'warning next_hops: no next hop server=10.0.0.1 reason="10.0.0.1 on eth1 does not answer ARP"',
    "info next_hops: next hop found server=10.0.0.1 interface=net0 mac=m",
    "info next_hops: next hop found server=10.0.0.1 interface=net0 mac=n",
    'warning next_hops: no next hop server=10.0.0.1 reason="10.0.0.1 on eth1 does not answer ARP"',
  ]);
});

Deno.test("many servers at once are a few lines and a count", async () => {
  const hops = new Map(Array.from({ length: 1000 }, (_, at): [string, NextHop] => [
    `10.0.${at >> 8}.${at & 255}`,
    { hop: { interface: "net0", mac: "m" }, reason: null },
  ]));
  const lines = await logged(() => new HopLog().report(hops));
  assert.equal(lines.length, 11);
  assert.equal(lines.at(-1), "info next_hops: the same for more servers count=990");
});
