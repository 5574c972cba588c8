/**
 * The frames that have to leave for a packet that goes into a tunnel, and what must hold of the fields that are free.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { FrameResult, Snapshot, SnapshotServer } from "../../../lib/dataplane.ts";
import { type Bytes, bytes } from "../frame.ts";
import { cut4, cut6 } from "./cut.ts";
import { toHop } from "./link.ts";
import { type Free, freeOf, tunnel } from "./tunnel.ts";

/** All frames that carry `inner` to the server that was chosen; in pieces where an MTU is given. */
export function tunneled(
  inner: Uint8Array,
  tables: Snapshot,
  result: FrameResult,
  tags: Uint8Array = bytes(),
  mtu?: number,
): Bytes[] {
  const server = tables.servers.find(({ slot }) => slot === result.server);
  assert.ok(server, `a server was chosen: ${result.server}`);
  assert.ok(result.output, `a frame left: ${result.verdict}`);
  const free = freeOf(result.output);
  assertFree(free, server, tables);
  const packet = tunnel(inner, server, tables, free, mtu !== undefined);
  if (mtu === undefined) return [toHop(packet, tags)];
  const pieces = server.address.length === 16
    ? cut6(packet, mtu, free.fragment)
    : cut4(packet, mtu);
  return pieces.map((piece) => toHop(piece, tags));
}

/** The outer source is the node's own or lies in the prefix given for it; gue's port is a dynamic one. */
export function assertFree(free: Free, server: SnapshotServer, tables: Snapshot): void {
  if (server.encap === "gue") assert.ok(free.sport >= 0xc000, `a dynamic port: ${free.sport}`);
  const four = server.address.length === 4;
  const entropy = four ? tables.ip4Entropy : tables.ip6Entropy;
  if (entropy === null || server.encap === "gue") {
    assert.deepEqual([...free.source], [...(four ? tables.ip4Source : tables.ip6Source)!]);
  } else {
    assertHost(free.source, entropy.prefix, entropy.length);
  }
}

/** The address lies in the prefix, and is neither its first nor its last. */
function assertHost(address: Uint8Array, prefix: Uint8Array, length: number): void {
  const bits = (of: Uint8Array) =>
    Array.from(of, (byte) => byte.toString(2).padStart(8, "0")).join("");
  assert.equal(bits(address).slice(0, length), bits(prefix).slice(0, length));
  assert.match(bits(address).slice(length), /01|10/);
}
