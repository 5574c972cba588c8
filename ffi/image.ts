/**
 * Snapshot → the flat image that `gw_commit` takes: a header, then arrays of records, then the slots
 * of all new-connection tables. Offsets are multiples of 8.
 *
 * @module
 */
import type { Encap, Snapshot } from "../lib/dataplane.ts";
import { type Layout, LITTLE_ENDIAN } from "./layout.ts";

interface Writer {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView;
  layout: Layout;
}

const align = (n: number): number => Math.ceil(n / 8) * 8;

/** Where each array of the image starts, and how long the whole is. */
function plan(snapshot: Snapshot, layout: Layout) {
  let end = align(layout.gw_image.size);
  const place = (count: number, size: number): number => {
    const offset = end;
    end = align(end + count * size);
    return offset;
  };
  const slotsCount = snapshot.vips.reduce((sum, vip) => sum + vip.table.length, 0);
  return {
    ports: place(snapshot.ports.length, layout.gw_image_port.size),
    vips: place(snapshot.vips.length, layout.gw_image_vip.size),
    servers: place(snapshot.servers.length, layout.gw_image_server.size),
    hops: place(snapshot.hops.length, layout.gw_image_hop.size),
    slots: place(slotsCount, 4),
    slotsCount,
    length: end,
  };
}

/**
 * Encodes a snapshot. What a field cannot hold is not cut to size but refused here; what it means is
 * checked by the library.
 *
 * @throws {RangeError} when a number or an address does not fit its field.
 */
export function encodeImage(snapshot: Snapshot, layout: Layout): Uint8Array<ArrayBuffer> {
  const offsets = plan(snapshot, layout);
  const bytes = new Uint8Array(offsets.length);
  const writer = { bytes, view: new DataView(bytes.buffer), layout };
  writeHeader(writer, snapshot, offsets);
  writePorts(writer, snapshot, offsets.ports);
  writeVips(writer, snapshot, offsets.vips);
  writeServers(writer, snapshot, offsets.servers);
  writeHops(writer, snapshot, offsets.hops);
  const slots = new Uint32Array(bytes.buffer, offsets.slots, offsets.slotsCount);
  let at = 0;
  for (const vip of snapshot.vips) {
    slots.set(vip.table, at);
    at += vip.table.length;
  }
  return bytes;
}

function writeHeader(w: Writer, snapshot: Snapshot, offsets: ReturnType<typeof plan>): void {
  const at = w.layout.gw_image;
  u32(w, at.magic, w.layout.constants.GW_IMAGE_MAGIC);
  u32(w, at.version, w.layout.constants.GW_IMAGE_VERSION);
  u64(w, at.length, offsets.length);
  u64(w, at.revision, snapshot.revision);
  raw(w, at.hash_key, snapshot.hashKey, 16);
  raw(w, at.ip4_src, snapshot.ip4Source ?? new Uint8Array(4), 4);
  raw(w, at.ip6_src, snapshot.ip6Source ?? new Uint8Array(16), 16);
  u32(w, at.timeout, snapshot.timeout);
  u32(w, at.buckets, snapshot.buckets);
  u32(w, at.ports_off, offsets.ports);
  u32(w, at.ports_count, snapshot.ports.length);
  u32(w, at.vips_off, offsets.vips);
  u32(w, at.vips_count, snapshot.vips.length);
  u32(w, at.servers_off, offsets.servers);
  u32(w, at.servers_count, snapshot.servers.length);
  u32(w, at.hops_off, offsets.hops);
  u32(w, at.hops_count, snapshot.hops.length);
  u64(w, at.slots_off, offsets.slots);
  u64(w, at.slots_count, offsets.slotsCount);
}

function writePorts(w: Writer, snapshot: Snapshot, start: number): void {
  const at = w.layout.gw_image_port;
  snapshot.ports.forEach((port, i) => {
    const base = start + i * at.size;
    u32(w, base + at.index, port.index);
    raw(w, base + at.mac, port.mac, 6);
  });
}

function writeVips(w: Writer, snapshot: Snapshot, start: number): void {
  const at = w.layout.gw_image_vip;
  let table = 0;
  snapshot.vips.forEach((vip, i) => {
    const base = start + i * at.size;
    raw(w, base + at.prefix, vip.prefix, vip.prefix.length === 4 ? 4 : 16);
    u8(w, base + at.family, vip.prefix.length === 4 ? 4 : 6);
    u8(w, base + at.prefix_len, vip.prefixLength);
    u8(w, base + at.protocol, vip.protocol);
    u8(w, base + at.encap, encapNumber(vip.encap, w.layout));
    u16(w, base + at.port, vip.port);
    u32(w, base + at.id, vip.id);
    u64(w, base + at.table_off, table);
    u32(w, base + at.table_len, vip.table.length);
    table += vip.table.length;
  });
}

function writeServers(w: Writer, snapshot: Snapshot, start: number): void {
  const at = w.layout.gw_image_server;
  snapshot.servers.forEach((server, i) => {
    const base = start + i * at.size;
    raw(w, base + at.address, server.address, server.encap === "gre4" ? 4 : 16);
    u32(w, base + at.slot, server.slot);
    u32(w, base + at.vip, server.vip);
    u32(w, base + at.hop, server.hop ?? w.layout.constants.GW_NONE);
    u8(w, base + at.encap, encapNumber(server.encap, w.layout));
  });
}

function writeHops(w: Writer, snapshot: Snapshot, start: number): void {
  const at = w.layout.gw_image_hop;
  snapshot.hops.forEach((hop, i) => {
    const base = start + i * at.size;
    raw(w, base + at.mac, hop.mac, 6);
    u16(w, base + at.mtu, hop.mtu);
    u32(w, base + at.port, hop.port);
  });
}

function encapNumber(encap: Encap, layout: Layout): number {
  return encap === "gre4" ? layout.constants.GW_ENCAP_GRE4 : layout.constants.GW_ENCAP_GRE6;
}

/** Gives the value back when it is a whole number that fits. */
function fits(value: number, max: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new RangeError(`${value} does not fit a field of the image: 0 to ${max}`);
}

function u8(w: Writer, at: number, value: number): void {
  w.bytes[at] = fits(value, 0xff);
}

function u16(w: Writer, at: number, value: number): void {
  w.view.setUint16(at, fits(value, 0xffff), LITTLE_ENDIAN);
}

function u32(w: Writer, at: number, value: number): void {
  w.view.setUint32(at, fits(value, 0xffffffff), LITTLE_ENDIAN);
}

function u64(w: Writer, at: number, value: number): void {
  w.view.setBigUint64(at, BigInt(fits(value, Number.MAX_SAFE_INTEGER)), LITTLE_ENDIAN);
}

function raw(w: Writer, at: number, value: Uint8Array, length: number): void {
  if (value.length !== length) {
    throw new RangeError(`A field of the image takes ${length} bytes, not ${value.length}`);
  }
  w.bytes.set(value, at);
}
