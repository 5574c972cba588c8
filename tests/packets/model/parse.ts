/**
 * Frame -> what the later steps know of it (RFC 791, 8200, 4302, IEEE 802.1Q).
 *
 * @module
 */
import type { Snapshot } from "../../../lib/dataplane.ts";
import { same, sum, text, u16 } from "./bits.ts";
import { destinationOf, hasPorts, newPacket, type Packet, sourceOf, ttlOf } from "./packet.ts";

const EXTENSIONS = new Set([0, 43, 44, 51, 60]);
const FRAGMENT = 44;

/** Reads a frame; a verdict other than `forwarded` says why it goes no further. */
export function parse(frame: Uint8Array, port: number, tables: Snapshot): Packet {
  const packet = newPacket(frame, port);
  packet.verdict = read(packet, tables);
  return packet;
}

function read(p: Packet, tables: Snapshot): string {
  if (p.frame.length < 14) return "drop_bad_length";
  if (!isMine(p, tables)) return "left_not_mine";
  let type = u16(p.frame, 12);
  p.l3 = 14;
  while ((type === 0x8100 || type === 0x88a8) && p.l3 < 22) {
    if (p.frame.length < p.l3 + 4) return "drop_bad_length";
    type = u16(p.frame, p.l3 + 2);
    p.l3 += 4;
  }
  if (type === 0x0800) return read4(p);
  if (type === 0x86dd) return read6(p);
  return type === 0 ? "drop_bad_length" : "left_ethertype";
}

function isMine(p: Packet, { ports }: Snapshot): boolean {
  const all = ports.length === 0 ? [{ index: 0, mac: new Uint8Array(6) }] : ports;
  const port = all.find(({ index }) => index === p.port);
  if (port === undefined) return false;
  return port.mac.every((byte) => byte === 0) || same(port.mac, p.frame.subarray(0, 6));
}

function read4(p: Packet): string {
  const ip = p.frame.subarray(p.l3);
  p.family = 4;
  if (ip.length < 20) return "drop_bad_length";
  const header = (ip[0]! & 15) * 4;
  if (ip[0]! >> 4 !== 4 || header < 20) return "drop_bad_ip4_header";
  const length = u16(ip, 2);
  if (length < header || ip.length < length) return "drop_bad_length";
  if (sum(ip.subarray(0, header)) !== 0xffff) return "drop_bad_ip4_header";
  p.ip = ip.subarray(0, length);
  p.protocol = ip[9]!;
  if (ttlOf(ip) === 0) return "drop_ttl";
  const field = u16(ip, 6);
  p.later = (field & 0x1fff) !== 0;
  const key = [text(ip.subarray(12, 20)), u16(ip, 4), p.protocol];
  if (field & 0x3fff) p.datagram = key.join("/");
  p.fragmentOf = p.protocol;
  if (p.later) return "forwarded";
  p.l4 = header;
  return readPorts(p);
}

function readPorts(p: Packet): string {
  if (!hasPorts(p.protocol)) return "forwarded";
  if (p.ip.length < p.l4 + 4) return "drop_bad_length";
  p.sport = u16(p.ip, p.l4);
  p.dport = u16(p.ip, p.l4 + 2);
  return "forwarded";
}

function read6(p: Packet): string {
  const ip = p.frame.subarray(p.l3);
  p.family = 6;
  if (ip.length < 40) return "drop_bad_length";
  if (ip[0]! >> 4 !== 6) return "drop_bad_ip6_header";
  const length = 40 + u16(ip, 4);
  if (length > 0xffff || ip.length < length) return "drop_bad_length";
  p.ip = ip.subarray(0, length);
  if (ttlOf(ip) === 0) return "drop_ttl";
  return walk(p);
}

/** Eight extension headers are followed, and no ninth. */
function walk(p: Packet): string {
  let at = 40;
  p.protocol = p.ip[6]!;
  for (let i = 0; EXTENSIONS.has(p.protocol); i++) {
    if (p.protocol === 0 && i > 0) return "drop_bad_ip6_header";
    if (p.ip.length < at + 8) return "drop_bad_length";
    if (p.protocol === FRAGMENT) readFragment(p, at);
    const length = extensionLength(p.ip, at, p.protocol);
    p.protocol = p.ip[at]!;
    if (p.later) return "forwarded";
    at += length;
    if (p.ip.length < at) return "drop_bad_length";
    if (i === 8) return "drop_bad_ip6_header";
  }
  p.l4 = at;
  return readPorts(p);
}

/** One that is neither first nor last, nor between, is no fragment (RFC 6946). */
function readFragment(p: Packet, at: number): void {
  const field = u16(p.ip, at + 2);
  if ((field & 0xfff9) === 0) return;
  const ends = [text(sourceOf(p.ip)), text(destinationOf(p.ip))];
  p.datagram = [...ends, text(p.ip.subarray(at + 4, at + 8))].join("/");
  p.fragmentOf = p.ip[at]!;
  p.later = (field & 0xfff8) !== 0;
}

/** Length of the extension header of that number at `at`. */
export function extensionLength(ip: Uint8Array, at: number, number: number): number {
  if (number === FRAGMENT) return 8;
  return number === 51 ? (ip[at + 1]! + 2) * 4 : (ip[at + 1]! + 1) * 8;
}

/** Whether more headers stand behind one of this number. */
export function isExtension(number: number): boolean {
  return EXTENSIONS.has(number);
}
