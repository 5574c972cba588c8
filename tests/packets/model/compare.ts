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
      const gauge = kind !== "server"
        ? null
        : { flows: model.flows.count(id), return_flows: model.ways.count(id) }[name] ?? null;
      assert.equal(values[i], gauge ?? counters.get(kind, id, name), `${kind} ${id} ${name}`);
    });
  check("worker", 0, simulation.workerCounters(0));
  for (const id of known.vips) check("vip", id, simulation.vipCounters(id));
  for (const slot of known.servers) check("server", slot, simulation.serverCounters(slot));
  for (const index of known.ports) check("port", index, simulation.portCounters(0, index));
  assert.equal(simulation.tableUse().flows, model.flows.size);
}
