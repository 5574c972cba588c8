/**
 * Whether a data plane and the model say the same about a frame, and about all counters.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { FrameResult, Simulation } from "../../../lib/dataplane.ts";
import { freeOf } from "../expected/tunnel.ts";
import { hex } from "../table.ts";
import { same } from "./bits.ts";
import { slotOf } from "./flows.ts";
import type { Model } from "./model.ts";
import type { Packet } from "./packet.ts";

interface Sent {
  port: number;
  frame: Uint8Array;
}

/** What leaves by the model, with the fields that are free as they are in what left. */
function expected(p: Packet, left: Sent[]): Sent[] {
  const free = freeOf(left[0]?.frame ?? new Uint8Array(100));
  return [p.leaves, p.answer].flatMap((leaving) => {
    if (leaving === null) return [];
    leaving.check?.(free);
    return leaving.frames(free).map((frame) => ({ port: leaving.port, frame }));
  });
}

/** Frames as text, for a difference to be read; most are equal, and need none. */
function assertLeft(actual: Sent[], expected: Sent[]): void {
  const told = ({ port, frame }: Sent) => `by port ${port}: ${hex(frame)}`;
  const equal = actual.length === expected.length &&
    actual.every(({ port, frame }, i) =>
      port === expected[i]!.port && same(frame, expected[i]!.frame)
    );
  if (!equal) assert.deepEqual(actual.map(told), expected.map(told));
}

/** Fails unless the data plane did with the frame what the model says. */
export function assertSame(p: Packet, result: FrameResult): void {
  const { verdict, vip, server, decided, tracked, slot, output, made, port } = result;
  // Where a VIP was found without a flow, as for pings, the hash is 0.
  assert.deepEqual({ verdict, vip, server, decided, tracked, slot, hash: result.hash || null }, {
    verdict: p.verdict,
    vip: p.vip?.id ?? null,
    server: p.server,
    decided: p.decided,
    tracked: p.tracked,
    slot: p.hash === null ? null : slotOf(p.vip!, p.hash),
    hash: p.hash,
  });
  const left = [...output === null ? [] : [{ port: port!, frame: output }], ...made];
  assertLeft(left, expected(p, left));
}

/** Of the loop, not of packets. */
const LOOP = new Set(["bursts", "loops", "sleeps"]);

/** Fails unless all counters are those of the model. */
export function assertCounters(
  simulation: Simulation,
  model: Model,
  known: { vips: Iterable<number>; servers: Iterable<number>; ports: Iterable<number> },
): void {
  const { catalog } = simulation;
  const { counters } = model;
  const check = (kind: "worker" | "vip" | "server" | "port", id: number, values: number[]) =>
    catalog[kind].forEach(({ name }, i) => {
      if (LOOP.has(name)) return;
      const value = values[i]!;
      if (name === "return_flows") return checkWays(id, value);
      const gauge = name === "flows" ? model.flows.count(id) : counters.get(kind, id, name);
      assert.equal(value, gauge, `${kind} ${id} ${name}`);
    });
  // A few flows may find no room in their bucket; which, the model does not know. They have ways, too, maybe in another's
  // place.
  const checkWays = (id: number, value: number) => {
    const learned = model.ways.count(id);
    if (!model.flows.crowded) assert.equal(value, learned, `server ${id} return_flows`);
    const most = learned + model.flows.count(id);
    assert.ok(value <= most, `server ${id} return_flows: ${value}, at most ${most}`);
  };
  check("worker", 0, simulation.workerCounters(0));
  for (const id of known.vips) check("vip", id, simulation.vipCounters(id));
  for (const slot of known.servers) check("server", slot, simulation.serverCounters(slot));
  for (const index of known.ports) check("port", index, simulation.portCounters(0, index));
  assert.equal(simulation.tableUse().flows, model.flows.size);
}
