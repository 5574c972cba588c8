/**
 * What has to be around a packet in a tunnel, written down from the protocols' documents (RFC 791, 2003, 2473, 2784,
 * 4213, 6040, 8200 and draft-ietf-intarea-gue): an encapsulation of the tests' own.
 *
 * @module
 */
import type { Snapshot, SnapshotServer } from "../../../lib/dataplane.ts";
import { be, type Bytes, bytes, checksum } from "../frame.ts";
import { l3Of } from "./link.ts";

const PROTOCOL = { gre: 47, udp: 17, 4: 4, 6: 41 } as const;

/** Fields of the outer headers that the documents leave to the program. */
export interface Free {
  source: Uint8Array;
  /** IPv4 identification. */
  id: number;
  /** gue: UDP source port. */
  sport: number;
  /** IPv6: identification in the fragment header, 4 bytes. */
  fragment: Uint8Array;
}

/** The free fields of a frame that left, as they stand in it. */
export function freeOf(frame: Uint8Array): Free {
  const packet = frame.subarray(l3Of(frame));
  const u16 = (at: number) => packet[at]! * 256 + packet[at + 1]!;
  const fragment = packet.slice(44, 48);
  if (packet[0]! >> 4 === 4) {
    return { source: packet.slice(12, 16), id: u16(4), sport: u16(20), fragment };
  }
  const behind = packet[6] === 44 ? 48 : 40;
  return { source: packet.slice(8, 24), id: 0, sport: u16(behind), fragment };
}

/** What is around the packet and inside the outer IP header: GRE, UDP or nothing. */
function payloadOf(
  inner: Uint8Array,
  server: SnapshotServer,
  { guePort }: Snapshot,
  sport: number,
): { protocol: number; payload: Bytes } {
  const family = inner[0]! >> 4 as 4 | 6;
  switch (server.encap) {
    case "gue": {
      const udp = bytes(be(sport, 2), be(guePort, 2), be(inner.length + 8, 2), 0, 0);
      return { protocol: PROTOCOL.udp, payload: bytes(udp, inner) };
    }
    case "ipip":
      return { protocol: PROTOCOL[family], payload: bytes(inner) };
    default: {
      const gre = bytes(0, 0, be(family === 6 ? 0x86dd : 0x0800, 2));
      return { protocol: PROTOCOL.gre, payload: bytes(gre, inner) };
    }
  }
}

/** TOS or traffic class of a packet. */
export function classOf(packet: Uint8Array): number {
  return packet[0]! >> 4 === 4 ? packet[1]! : (packet[0]! & 15) << 4 | packet[1]! >> 4;
}

/** Whether a packet may not be cut on its way; an IPv6 packet never may. */
export function dontFragment(packet: Uint8Array): boolean {
  return packet[0]! >> 4 === 6 || (packet[6]! & 0x40) !== 0;
}

/** The outer packet; `cut`: it will leave in pieces, and so does not forbid that. */
export function tunnel(
  inner: Uint8Array,
  server: SnapshotServer,
  tables: Snapshot,
  free: Free,
  cut = false,
): Bytes {
  const { protocol, payload } = payloadOf(inner, server, tables, free.sport);
  const ends = bytes(free.source.subarray(0, server.address.length), server.address);
  if (server.address.length === 16) {
    const first = be(6 * 2 ** 28 + classOf(inner) * 2 ** 20, 4);
    return bytes(first, be(payload.length, 2), protocol, server.ttl, ends, payload);
  }
  const df = !cut && (server.df === "copy" ? dontFragment(inner) : server.df === "set");
  const id = df ? 0 : free.id;
  const length = be(20 + payload.length, 2);
  const flags = be(df ? 0x4000 : 0, 2);
  const head = bytes(0x45, classOf(inner), length, be(id, 2), flags, server.ttl, protocol);
  return bytes(head, be(checksum(head, ends), 2), ends, payload);
}
