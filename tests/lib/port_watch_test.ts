import { NOTHING_KNOWN } from "../../lib/health/book.ts";
import assert from "node:assert/strict";
import { nothingRunning } from "../../lib/controller/commit.ts";
import { PortWatch } from "../../lib/controller/port_watch.ts";
import { parseConfig } from "../../lib/config.ts";
import type { Dataplane, PortInfo, Snapshot } from "../../lib/dataplane.ts";
import { startLog, stopLog } from "../../lib/log.ts";
import type { Running } from "../../lib/running.ts";
import { assignIds, NO_IDS } from "../../lib/snapshot/slots.ts";
import { buildTables } from "../../lib/snapshot/tables.ts";

const INFO: PortInfo = {
  ...{ index: 0, linkUp: true, linkMbps: 0, missed: 0, mtu: 1500, mac: "02:00:00:00:00:01" },
  ...{ held: "held", driver: "net_af_packet" },
};

/** A data plane with one port, of which somebody else changes the facts, and what was committed to it. */
function watched() {
  const committed: Snapshot[] = [];
  let info = INFO;
  const dataplane = {
    openPort: () => Promise.resolve(info),
    portInfo: () => info,
    commit(snapshot: Snapshot) {
      committed.push(snapshot);
      return Promise.resolve();
    },
  };
  const change = (facts: Partial<PortInfo>) => info = { ...info, ...facts };
  // Of a data plane, the watch needs no more than this.
  return { committed, change, dataplane: dataplane as unknown as Dataplane };
}

/** One server behind one interface. */
function running(dataplane: Dataplane): Running {
  const config = parseConfig({
    conf: { ip4_src_address: "192.0.2.1" },
    interfaces: { net0: { device: "af_packet:eth1" } },
    vips: [{ prefix: "90.0.0.0/8", new_len: 1, servers: [{ address: "10.0.0.1" }] }],
  });
  const ids = assignIds(NO_IDS, config);
  const hop = { hop: { interface: "net0", mac: "02:00:00:00:00:02" }, reason: null } as const;
  return {
    ...nothingRunning(dataplane, config, 1, NOTHING_KNOWN),
    ...{ config, ids, tables: buildTables(config, ids, new Map()) },
    ports: new Map([["net0", { name: "net0", device: "af_packet:eth1", info: INFO }]]),
    nextHops: new Map([["10.0.0.1", hop]]),
  };
}

Deno.test("an MTU that changed reaches the tables once: the port's and the next hop's", async () => {
  const { committed, change, dataplane } = watched();
  const watch = new PortWatch();
  const before = running(dataplane);
  assert.equal(await watch.follow(before), before);
  change({ mtu: 9000 });
  const after = await watch.follow(before);
  assert.equal(after.ports.get("net0")?.info.mtu, 9000);
  assert.equal(await watch.follow(after), after);
  assert.equal(committed.length, 1);
  assert.deepEqual(committed[0]?.ports.map(({ mtu }) => mtu), [9000]);
  assert.deepEqual(committed[0]?.hops.map(({ mtu }) => mtu), [9000]);
});

Deno.test("a MAC address that changed reaches the tables, a link that goes down does not", async () => {
  const { committed, change, dataplane } = watched();
  const watch = new PortWatch();
  const before = running(dataplane);
  change({ linkUp: false });
  assert.equal(await watch.follow(before), before);
  change({ mac: "02:00:00:00:00:77" });
  await watch.follow(before);
  assert.deepEqual([...committed[0]!.ports[0]!.mac], [2, 0, 0, 0, 0, 0x77]);
});

Deno.test("a link that goes down and comes back is logged once each time", async () => {
  const { change, dataplane } = watched();
  const watch = new PortWatch();
  const lines: string[] = [];
  startLog({ format: "text", write: (line) => void lines.push(line.replace(/^\S+ /, "")) });
  try {
    let now = running(dataplane);
    for (const linkUp of [true, false, false, true, true]) {
      change({ linkUp, linkMbps: linkUp ? 10_000 : 0 });
      now = await watch.follow(now);
    }
  } finally {
    stopLog();
  }
  assert.deepEqual(lines, [
    "warning link_down: the link is down name=net0 device=af_packet:eth1",
    "info link_up: the link is up name=net0 device=af_packet:eth1 mbps=10000",
  ]);
});
