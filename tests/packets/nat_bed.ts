/**
 * A data plane between clients and servers that translate: clients' frames come in by port 0, servers' by port 1.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { FrameResult, Simulation } from "../../lib/dataplane.ts";
import { type Bytes, bytes, mac } from "./frame.ts";
import { linked } from "./expected/link.ts";
import { hex, leavingOf } from "./table.ts";
import { type Settings, tablesOf, type VipGiven } from "./tables.ts";

export const CLIENTS = 0;
export const SERVERS = 1;
/** MAC addresses of the two ports and of those behind them. */
export const MACS = {
  clients: mac("02:b0:00:00:00:00"),
  servers: mac("02:b1:00:00:00:01"),
  client: mac("02:c0:00:00:00:0c"),
  server: mac("02:50:00:00:00:05"),
  gateway: mac("02:9a:00:00:00:09"),
};

/** Snapshot of such a place; ways without memory leave to the clients' gateway. */
export function between(vips: VipGiven[], settings: Settings = {}) {
  return tablesOf(vips, {
    ports: [
      { index: CLIENTS, mac: MACS.clients },
      { index: SERVERS, mac: MACS.servers, snat: ["nat4", "nat6"] },
    ],
    hops: [
      { mac: MACS.server, port: SERVERS, mtu: 0 },
      { mac: MACS.gateway, port: CLIENTS, mtu: 0 },
    ],
    hop4: 1,
    hop6: 1,
    ...settings,
  });
}

/** A client's packet as it comes in, and as it has to leave to a server. */
export const fromClient = (packet: Uint8Array, tags: Uint8Array = bytes()): Bytes =>
  linked(MACS.clients, MACS.client, packet, tags);
export const toServer = (packet: Uint8Array, tags: Uint8Array = bytes()): Bytes =>
  linked(MACS.server, MACS.servers, packet, tags);
/** A server's packet as it comes in, and as it has to leave to the client. */
export const fromServer = (packet: Uint8Array, tags: Uint8Array = bytes()): Bytes =>
  linked(MACS.servers, MACS.server, packet, tags);
export const toClient = (packet: Uint8Array, tags: Uint8Array = bytes()): Bytes =>
  linked(MACS.client, MACS.clients, packet, tags);
/** The same where no flow is remembered. */
export const toGateway = (packet: Uint8Array): Bytes => linked(MACS.gateway, MACS.clients, packet);

/** One frame by one port. */
export function pass(simulation: Simulation, frame: Uint8Array, port: number): FrameResult {
  return simulation.frames([frame], [port])[0]!;
}

/** A client's packet, which has to leave as that one. */
export function assertThere(simulation: Simulation, packet: Uint8Array, other: Uint8Array): void {
  assertLeaves(
    pass(simulation, fromClient(packet), CLIENTS),
    "forwarded",
    SERVERS,
    toServer(other),
  );
}

/** A server's packet, which has to leave as that one, to where the client's came from. */
export function assertBack(simulation: Simulation, packet: Uint8Array, other: Uint8Array): void {
  assertLeaves(pass(simulation, fromServer(packet), SERVERS), "returned", CLIENTS, toClient(other));
}

/** A server's packet that nobody touches, by its verdict. */
export function assertStays(simulation: Simulation, packet: Uint8Array, verdict: string): void {
  const result = pass(simulation, fromServer(packet), SERVERS);
  assert.equal(result.verdict, verdict);
  assert.deepEqual(leavingOf(result), []);
}

export function assertLeaves(
  result: FrameResult,
  verdict: string,
  port: number,
  frame: Uint8Array,
): void {
  assert.equal(result.verdict, verdict);
  assert.deepEqual(leavingOf(result).map(hex), [hex(frame)]);
  assert.equal(result.port, port);
}
