import assert from "node:assert/strict";
import { RefusedError } from "../../lib/refused.ts";
import { parseConfig } from "../../lib/config.ts";
import { type Dataplane, DataplaneError, type PortInfo } from "../../lib/dataplane.ts";
import { closePorts, currentInfo, openPorts, type Ports, removedPorts } from "../../lib/ports.ts";

/** Opens and closes nothing, and writes down what it was asked for; one device cannot be opened. */
function recording() {
  const log: string[] = [];
  let next = 0;
  const ports = {
    log,
    openPort(device: string): Promise<PortInfo> {
      log.push(`open ${device}`);
      if (device === "tap:broken") return Promise.reject(new DataplaneError("no such thing", 19));
      const mac = "02:00:00:00:00:01";
      const index = next++;
      const link = { linkUp: true, linkMbps: 0, missed: 0, mtu: 1500 };
      return Promise.resolve({ index, ...link, mac, held: "held", driver: "x" });
    },
    closePort(index: number): Promise<void> {
      log.push(`close ${index}`);
      return Promise.resolve();
    },
  };
  // Of a data plane, ports.ts needs no more than this.
  return ports as unknown as Dataplane & { log: string[] };
}

function config(devices: Record<string, string>) {
  const interfaces = Object.entries(devices).map(([name, device]) => [name, { device }]);
  return parseConfig({ interfaces: Object.fromEntries(interfaces) });
}

const NONE: Ports = new Map();

Deno.test("interfaces are opened once and kept", async () => {
  const dataplane = recording();
  const devices = { a: "af_packet:e0", b: "null", c: "null" };
  const { ports } = await openPorts(dataplane, config(devices), NONE);
  assert.deepEqual([...ports.values()].map(({ info }) => info.index), [0, 1, 2]);
  const again = await openPorts(dataplane, config(devices), ports);
  assert.deepEqual(again.ports, ports);
  assert.deepEqual(again.fresh, []);
  assert.deepEqual(dataplane.log, ["open af_packet:e0", "open null", "open null"]);
});

Deno.test("an interface that changed its name only keeps its port", async () => {
  const dataplane = recording();
  const { ports } = await openPorts(dataplane, config({ a: "tap:t0", b: "tap:t1" }), NONE);
  const renamed = await openPorts(dataplane, config({ b: "tap:t0", c: "tap:t1" }), ports);
  assert.deepEqual(renamed.fresh, []);
  const now = [...renamed.ports].map(([name, port]) => [name, port.name, port.info.index]);
  assert.deepEqual(now, [["b", "b", 0], ["c", "c", 1]]);
  assert.deepEqual(removedPorts(ports, renamed.ports), []);
});

Deno.test("an interface with another device is a new port, and the old one is removed", async () => {
  const dataplane = recording();
  const { ports } = await openPorts(dataplane, config({ a: "tap:t0" }), NONE);
  const changed = await openPorts(dataplane, config({ a: "tap:t1" }), ports);
  assert.deepEqual(changed.fresh.map(({ device }) => device), ["tap:t1"]);
  const removed = removedPorts(ports, changed.ports);
  assert.deepEqual(removed.map(({ device }) => device), ["tap:t0"]);
  await closePorts(dataplane, removed);
  assert.deepEqual(dataplane.log, ["open tap:t0", "open tap:t1", "close 0"]);
});

Deno.test("a device that cannot be opened is refused with its path, and the others are closed again", async () => {
  const dataplane = recording();
  const { ports } = await openPorts(dataplane, config({ a: "tap:t0" }), NONE);
  const wanted = config({ a: "tap:t0", b: "tap:t1", c: "tap:broken", d: "tap:t2" });
  await assert.rejects(openPorts(dataplane, wanted, ports), (error) => {
    assert.ok(error instanceof RefusedError);
    assert.equal(error.status, 409);
    const [problem] = error.problems;
    assert.deepEqual(problem, { path: "interfaces.c.device", message: "no such thing" });
    return true;
  });
  assert.deepEqual(dataplane.log, ["open tap:t0", "open tap:t1", "open tap:broken", "close 1"]);
});

Deno.test("a port that is closed for a moment is shown as it was, without a link", async () => {
  const dataplane = recording();
  const { ports } = await openPorts(dataplane, config({ a: "tap:t0" }), NONE);
  const [port] = [...ports.values()];
  const asked = (error: Error) => ({
    openPort() {},
    portInfo() {
      throw error;
    },
  } as unknown as Dataplane);
  const closed = new DataplaneError("No port 0 is open", 19);
  assert.deepEqual(currentInfo(asked(closed), port!), { ...port!.info, linkUp: false });
  const broken = new DataplaneError("it is broken", 5);
  assert.throws(() => currentInfo(asked(broken), port!), /it is broken/);
});
