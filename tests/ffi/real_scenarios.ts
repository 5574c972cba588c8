/**
 * Scenarios of a real data plane with `null` ports; `real_test.ts` runs them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { openDataplane } from "../../ffi/mod.ts";
import { DataplaneError, type RealDataplane } from "../../lib/dataplane.ts";

import { frame, mac } from "../packets/frame.ts";
import { tablesOf } from "../packets/tables.ts";

/** What each scenario shows; DPDK starts once in a process, so that each is run in one of its own. */
export const SCENARIOS: Record<string, () => Promise<void>> = {};

const FRAME = { from: "203.0.113.7", to: "90.1.2.3", sport: 4001, dport: 80 };

async function withDataplane(
  act: (dataplane: RealDataplane) => Promise<void>,
  workers = 1,
): Promise<void> {
  await using dataplane = await openDataplane({ workers, memoryMb: 128 });
  await act(dataplane);
}

/** Waits for a condition that workers bring about. */
async function until(what: string, holds: () => boolean): Promise<void> {
  const end = performance.now() + 5000;
  while (!holds()) {
    assert.ok(performance.now() < end, `not in 5 s: ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

SCENARIOS["a real data plane opens, and tells what it has"] = async () => {
  await withDataplane(async (dataplane) => {
    assert.equal(dataplane.workers, 2);
    assert.equal(dataplane.cpus.length, 2);
    assert.match(dataplane.dpdkVersion, /^DPDK \d+\.\d+/);
    assert.equal(typeof dataplane.hugepages, "boolean");
    assert.equal(dataplane.workerCounters(1).length, dataplane.catalog.worker.length);
    assert.equal(dataplane.portCounters(1, 31).length, dataplane.catalog.port.length);
    await until("both workers turn", () => {
      const at = dataplane.catalog.worker.findIndex(({ name }) => name === "loops");
      return [0, 1].every((worker) => dataplane.workerCounters(worker)[at]! > 0);
    });
    const count = (name: string) =>
      dataplane.workerCounters(1)[dataplane.catalog.worker.findIndex((one) => one.name === name)]!;
    await until("its cycles are told", () => count("idle_cycles") > 0);
    assert.equal(count("busy_cycles"), 0, "nothing came yet");
  }, 2);
};

SCENARIOS["a port that the tables name cannot be closed, another one can"] = async () => {
  await withDataplane(async (dataplane) => {
    const port = await dataplane.openPort("null");
    assert.match(port.mac, /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
    assert.match(port.driver, /null/);
    assert.deepEqual(dataplane.portInfo(port.index), port);
    const ports = [{ index: port.index, mac: mac(port.mac) }];
    const tables = tablesOf([{ prefix: "90.0.0.0/8", servers: ["10.0.0.1"] }], { ports });
    tables.hops[0]!.port = port.index;
    await dataplane.commit(tables);
    await assert.rejects(dataplane.closePort(port.index), (error) => {
      assert.ok(error instanceof DataplaneError);
      assert.equal(error.errno, 16);
      assert.match(error.message, /still poll this port/);
      return true;
    });
    const traced = dataplane.trace(frame(FRAME, { to: mac(port.mac) }));
    assert.equal(traced.verdict, "forwarded");
    assert.equal(traced.port, port.index);
    const other = await dataplane.openPort("null");
    assert.notEqual(other.index, port.index);
    await dataplane.closePort(other.index);
    assert.throws(() => dataplane.portInfo(other.index), /No port 1 is open/);
  });
};

SCENARIOS["the last port closes once the tables name no port"] = async () => {
  await withDataplane(async (dataplane) => {
    const { index } = await dataplane.openPort("null");
    await dataplane.commit(tablesOf([], { ports: [{ index, mac: new Uint8Array(6) }] }));
    await dataplane.commit({ ...tablesOf([], { ports: [], revision: 2 }), hops: [] });
    await dataplane.closePort(index);
    assert.throws(() => dataplane.portInfo(index), /No port 0 is open/);
  });
};

SCENARIOS["tables that name a port that is not open are refused"] = async () => {
  await withDataplane(async (dataplane) => {
    await assert.rejects(
      dataplane.commit(tablesOf([], { ports: [{ index: 3, mac: new Uint8Array(6) }] })),
      /port|hops/,
    );
  });
};

SCENARIOS["a device that cannot be opened is refused with the reason"] = async () => {
  await withDataplane(async (dataplane) => {
    for (
      const device of ["nonsense", "af_packet:gwt-none0", "pci:0000:99:00.0", "", "af_packet:"]
    ) {
      await assert.rejects(dataplane.openPort(device), (error) => {
        assert.ok(error instanceof DataplaneError, String(error));
        assert.ok(error.message.length > 10, error.message);
        return true;
      });
    }
    await dataplane.openPort("null");
  });
};

/** Packet sockets that this process has open. */
function packetSockets(): number {
  const mine = [...Deno.readDirSync("/proc/self/fd")].map(({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/self/fd/${name}`);
    } catch {
      return "";
    }
  });
  return Deno.readTextFileSync("/proc/net/packet").trim().split("\n").slice(1)
    .filter((line) => mine.includes(`socket:[${line.trim().split(/\s+/).at(-1)}]`)).length;
}

SCENARIOS["sockets that were made ahead are gone after a commit"] = async () => {
  if (Deno.uid() !== 0) return;
  await using dataplane = await openDataplane({ workers: 1, memoryMb: 128, sockets: 3 });
  await until("they are made", () => packetSockets() === 3);
  await dataplane.commit({ ...tablesOf([], { ports: [] }), hops: [] });
  await until("they are gone", () => packetSockets() === 0);
};

SCENARIOS["every call on a closed data plane throws"] = async () => {
  const dataplane = await openDataplane({ workers: 1, memoryMb: 128 });
  await dataplane.openPort("null");
  await dataplane.close();
  for (
    const call of [
      () => dataplane.openPort("null"),
      () => dataplane.portInfo(0),
      () => dataplane.closePort(0),
      () => dataplane.tableUse(),
      () => dataplane.commit(tablesOf([])),
    ]
  ) await assert.rejects(async () => await call(), /The data plane is closed/);
};

SCENARIOS["a process starts DPDK once, and says so when it is asked again"] = async () => {
  await withDataplane(async () => {
    await assert.rejects(openDataplane({ workers: 1 }), /starts only once in a process/);
  });
  await assert.rejects(openDataplane({ workers: 1 }), /starts only once in a process/);
};

SCENARIOS["a number of workers that cannot be is refused"] = async () => {
  await assert.rejects(openDataplane({ workers: 0 }), /workers: 0/);
  await assert.rejects(openDataplane({ workers: 33 }), /workers: 33/);
};

if (import.meta.main) await SCENARIOS[Deno.args[0] ?? ""]?.();
