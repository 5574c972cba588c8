/**
 * To the server: wrapped, marked or translated (RFC 791, 2003, 2473, 2784, 3022, 4213, 6040, 8200).
 *
 * @module
 */
import type { Snapshot, SnapshotServer } from "../../../lib/dataplane.ts";
import { u16 } from "./bits.ts";
import { cut4, cut6 } from "../expected/cut.ts";
import { assertFree } from "../expected/tunneled.ts";
import { dontFragment, tunnel } from "../expected/tunnel.ts";
import { destinationOf, framed, type Leaving, macOf, type Packet } from "./packet.ts";
import { routerOf, sourceOf, ttlOf } from "./packet.ts";
import { marked, translated, translatedError } from "./translate.ts";
import type { Ways } from "./ways.ts";

/** What is put around a packet, in bytes; 0: it is rewritten. */
function growthOf({ encap, address }: SnapshotServer): number {
  const outer = address.length === 4 ? 20 : 40;
  return { gre4: 24, gre6: 44, ipip: outer, gue: outer + 8, l3dsr: 0, nat4: 0, nat6: 0 }[encap];
}

/** Largest packet on the way to a server, outer headers included. */
function mtuOf(server: SnapshotServer, tables: Snapshot): number {
  const known = [server.mtu, tables.hops[server.hop!]!.mtu].filter((mtu) => mtu !== 0);
  return Math.min(...known);
}

/** What every IPv6 sender may send; a tunnel cuts it outside if it has to (RFC 2473, 7.1; RFC 4213, 3.2). */
const LEAST6 = 1280;

/** Whether a packet to the server may not be cut on its way. */
function isWhole(p: Packet, { df }: SnapshotServer, growth: number): boolean {
  if (growth === 0) return dontFragment(p.ip);
  if (df === "copy") return dontFragment(p.ip) && !(p.family === 6 && p.ip.length <= LEAST6);
  return df === "set";
}

/** The verdict, and what leaves. */
export function send(p: Packet, server: SnapshotServer, tables: Snapshot): string {
  const growth = growthOf(server);
  if (server.hop === null) return "drop_no_next_hop";
  if (growth === 0 && ttlOf(p.ip) <= 1) return "drop_ttl_expired";
  const mtu = mtuOf(server, tables);
  const length = p.ip.length + growth;
  if (length > mtu && isWhole(p, server, growth)) {
    p.mtu = mtu - growth;
    return "drop_too_big";
  }
  const most = 65535 + (growth && server.address.length === 16 ? 40 : 0);
  p.cut = length > mtu;
  if (length > most || (p.cut && !mayBeCut(p, server, growth, mtu))) return "drop_no_room";
  p.leaves = leaving(p, server, tables, growth, mtu);
  return "forwarded";
}

/** A fragment of 8 bytes fits, and the datagram ends where it may. */
function mayBeCut(p: Packet, server: SnapshotServer, growth: number, mtu: number): boolean {
  if (growth !== 0) return mtu - (server.address.length === 4 ? 20 : 48) >= 8;
  return fitsInPieces(p.ip, mtu);
}

/** The same for an IPv4 packet that is cut itself, and may be a fragment. */
export function fitsInPieces(ip: Uint8Array, mtu: number): boolean {
  const header = ip[0]! % 16 * 4;
  const end = u16(ip, 6) % 0x2000 * 8 + ip.length - header;
  return mtu - header >= 8 && end <= 65535;
}

function leaving(
  p: Packet,
  server: SnapshotServer,
  tables: Snapshot,
  growth: number,
  mtu: number,
): Leaving {
  const { mac, port } = tables.hops[server.hop!]!;
  const from = macOf(tables, port);
  const pieces = (packet: Uint8Array, id: Uint8Array) => {
    if (!p.cut) return [packet];
    return packet[0]! >> 4 === 4 ? cut4(packet, mtu) : cut6(packet, mtu, id);
  };
  const frames: Leaving["frames"] = (free) => {
    const packet = growth ? tunnel(p.ip, server, tables, free, p.cut) : rewritten(p, server);
    return pieces(packet, free.fragment).map((piece) => framed(p, piece, mac, from));
  };
  return growth
    ? { port, frames, check: (free) => assertFree(free, server, tables) }
    : { port, frames };
}

/** l3dsr, nat4, nat6: the packet itself with the server as its destination. */
function rewritten(p: Packet, { address, encap, dscp, targetPort }: SnapshotServer): Uint8Array {
  const end = { address, port: targetPort };
  if (encap !== "l3dsr" && p.about) return translatedError(p, p.about, "destination", end, end);
  const ip = translated(p, "destination", encap === "l3dsr" ? { address, port: 0 } : end);
  if (encap === "l3dsr") marked(ip, dscp);
  return ip;
}

/** Makes the way back of a packet known where its flow does not. */
export function learnWay(p: Packet, server: SnapshotServer, ways: Ways): void {
  if (p.about) return;
  if (p.due) ways.flows.lead(p.hash!, routerOf(p), p.order);
  if (!p.vip!.sticky) return;
  const client = { address: sourceOf(p.ip).slice(), port: p.sport };
  ways.learn(client, p.protocol, p.order, {
    vip: { address: destinationOf(p.ip).slice(), port: p.dport },
    server: server.slot,
    vipId: server.vip,
    ...routerOf(p),
  });
}
