/**
 * A table of packet rows: a sentence, a frame in, the verdict, the frame out.
 *
 * @module
 */
import assert from "node:assert/strict";
import { simulate } from "../../ffi/mod.ts";
import type { Snapshot } from "../../lib/dataplane.ts";
import { formatAddress } from "../../lib/net.ts";
import { gre4, gre6 } from "./expected.ts";
import { bytes } from "./frame.ts";

/** One row. */
export interface Row {
  sentence: string;
  frame: Uint8Array;
  verdict: string;
  /** The IP packet that has to be inside what leaves; without it nothing may leave. */
  inside?: Uint8Array;
  /** VLAN tags that stay before the outer header. */
  tags?: Uint8Array;
}

/** Makes a test of every row, each with a data plane of its own. */
export function testRows(snapshot: () => Snapshot, rows: Row[]): void {
  for (const row of rows) {
    Deno.test(row.sentence, async () => {
      await using simulation = simulate();
      const tables = snapshot();
      await simulation.commit(tables);
      const before = row.frame.slice();
      const traced = simulation.trace(row.frame);
      const [result] = simulation.frames([row.frame]);
      assert.ok(result);
      assert.equal(result.verdict, row.verdict);
      assert.deepEqual(result.output && hex(result.output), expectedOutput(row, tables, result));
      assert.deepEqual(row.frame, before, "the frame that was given is left as it was");
      assert.deepEqual({ ...traced, tracked: result.tracked }, result, "a trace tells the same");
      assertCounted(simulation, row.verdict);
    });
  }
}

function expectedOutput(
  row: Row,
  tables: Snapshot,
  result: { server: number | null },
): string | null {
  if (row.inside === undefined) return null;
  const server = tables.servers.find(({ slot }) => slot === result.server);
  assert.ok(server, `a server was chosen: ${result.server}`);
  const address = formatAddress(server.address);
  const encapsulate = server.encap === "gre4" ? gre4 : gre6;
  return hex(withTags(encapsulate(row.inside, address), row.tags));
}

/** Tags stand behind the MAC addresses. */
function withTags(frame: Uint8Array, tags: Uint8Array = bytes()): Uint8Array {
  return bytes(frame.subarray(0, 12), tags, frame.subarray(12));
}

/** Exactly one frame was counted, by its verdict. */
function assertCounted(simulation: ReturnType<typeof simulate>, verdict: string): void {
  const values = simulation.workerCounters(0);
  const counted = simulation.catalog.verdicts.flatMap(({ name }, i) =>
    values[i] === 0 ? [] : [[name, values[i]]]
  );
  assert.deepEqual(counted, [[verdict, 1]]);
}

/** Bytes as text, so that a difference can be read. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
