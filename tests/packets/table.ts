/**
 * A table of packet rows: a sentence, a frame in, the verdict, the frames out.
 *
 * @module
 */
import assert from "node:assert/strict";
import { simulate } from "../../ffi/mod.ts";
import type { FrameResult, Simulation, Snapshot } from "../../lib/dataplane.ts";
import { byReplay, configOf, type Replayed, withoutSource } from "./by_replay.ts";
import { freeOf } from "./expected/tunnel.ts";
import { tunneled } from "./expected/tunneled.ts";

/** One row. */
export interface Row {
  sentence: string;
  frame: Uint8Array;
  /** Index of the port that it comes from; the tables' first unless given. */
  port?: number;
  /** Frames that came before, by the first port. */
  before?: Uint8Array[];
  verdict: string;
  /** The IP packet that has to be inside the tunnel that leaves. */
  inside?: Uint8Array;
  /** VLAN tags that stay before the outer header. */
  tags?: Uint8Array;
  /** The outer packet leaves in pieces that fit this MTU. */
  mtu?: number;
  /** All frames that leave, the packet's own first; without this, `inside` and `told` nothing may leave. */
  out?: Uint8Array[];
  /** The frame of the ICMP error that its sender gets, by the id that it has. */
  told?: (id: number) => Uint8Array;
}

/** Makes a test of every row, each with a data plane of its own. */
export function testRows(snapshot: () => Snapshot, rows: Row[]): void {
  if (Deno.env.get("GUIDEWAY_EXE")) return testReplay(snapshot(), rows);
  for (const row of rows) Deno.test(row.sentence, () => testRow(snapshot(), row));
}

/** The same by one replay of the executable, where a configuration can say it. */
function testReplay(tables: Snapshot, all: Row[]): void {
  const config = configOf(tables);
  const rows = all.filter(replayable);
  if (config === null) return;
  let results: Promise<Replayed[]> | undefined;
  for (const [at, row] of rows.entries()) {
    Deno.test(`${row.sentence} (replay)`, async () => {
      const frames = rows.map(({ before = [], frame }) => [...before, frame]);
      const result = (await (results ??= byReplay(tables, config, frames)))[at]!;
      assert.equal(result.verdict, row.verdict);
      assertLeaves(row, tables, result as FrameResult, withoutSource);
    });
  }
}

/** A replay gives all frames the MAC address of its only port, whose MTU is 1500. */
function replayable({ port, frame }: Row): boolean {
  return port === undefined && (frame[0] ?? 0) % 2 === 0 && frame.length < 1450;
}

async function testRow(tables: Snapshot, row: Row): Promise<void> {
  await using simulation = simulate();
  await simulation.commit(tables);
  if (row.before) simulation.frames(row.before);
  const counted = verdictsOf(simulation);
  const before = row.frame.slice();
  const traced = row.port === undefined ? simulation.trace(row.frame) : null;
  const [result] = simulation.frames([row.frame], row.port === undefined ? undefined : [row.port]);
  assert.ok(result);
  assert.equal(result.verdict, row.verdict);
  assertLeaves(row, tables, result);
  assert.deepEqual(row.frame, before, "the frame that was given is left as it was");
  if (traced) assertTold(row, tables, traced, result);
  assert.deepEqual(changes(counted, verdictsOf(simulation)), [[row.verdict, 1]]);
}

/** The frames that leave are those of the row, in what `told` tells of them. */
function assertLeaves(
  row: Row,
  tables: Snapshot,
  result: FrameResult,
  told = (frame: Uint8Array) => frame,
): void {
  const leaving = leavingOf(result);
  const free = freeOf(leaving[0] ?? new Uint8Array(64));
  const expected = row.told
    ? [row.told(free.id)]
    : row.inside === undefined
    ? row.out ?? []
    : tunneled(row.inside, tables, result, row.tags, row.mtu);
  const shown = (frames: Uint8Array[]) => frames.map((frame) => hex(told(frame)));
  assert.deepEqual(shown(leaving), shown(expected));
}

/** A trace tells the same: all but the ids that the packet's own headers got. */
function assertTold(row: Row, tables: Snapshot, traced: FrameResult, result: FrameResult): void {
  assertLeaves(row, tables, traced);
  const { output: _a, made: _b, tracked: _c, ...told } = traced;
  const { output: _d, made: _e, tracked: _f, ...became } = result;
  assert.deepEqual(told, became, "a trace tells the same");
}

/** Frames that leave because of one that came. */
export function leavingOf({ output, made }: FrameResult): Uint8Array[] {
  return [...output === null ? [] : [output], ...made.map(({ frame }) => frame)];
}

/** How many frames got each verdict, by the worker's and by all ports' counters. */
function verdictsOf(simulation: Simulation): Map<string, number> {
  const values = simulation.workerCounters(0);
  return new Map(simulation.catalog.verdicts.map(({ name }, i) => [name, values[i]!]));
}

function changes(before: Map<string, number>, after: Map<string, number>): [string, number][] {
  return [...after].map(([name, n]): [string, number] => [name, n - before.get(name)!])
    .filter(([, n]) => n !== 0);
}

/** Bytes as text, so that a difference can be read. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
