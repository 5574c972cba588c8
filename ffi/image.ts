/**
 * Snapshot → the flat image that `gw_commit` takes: a header, then arrays of records, then the slots
 * of all new-connection tables. Offsets are multiples of 8.
 *
 * @module
 */
import type { Snapshot } from "../lib/dataplane.ts";
import {
  type Target,
  writeHops,
  writeKeys,
  writeOwn,
  writePorts,
  writeServers,
  writeVips,
} from "./image_records.ts";
import { ImageWriter } from "./image_writer.ts";
import type { Layout } from "./layout.ts";

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
    keys: place(snapshot.keys.length, layout.gw_image_key.size),
    servers: place(snapshot.servers.length, layout.gw_image_server.size),
    hops: place(snapshot.hops.length, layout.gw_image_hop.size),
    own: place(snapshot.own.length, layout.gw_image_own.size),
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
  const target = { write: new ImageWriter(bytes), layout };
  writeHeader(target, snapshot);
  writeSections(target, snapshot, offsets);
  writePorts(target, snapshot, offsets.ports);
  writeVips(target, snapshot, offsets.vips);
  writeKeys(target, snapshot, offsets.keys);
  writeServers(target, snapshot, offsets.servers);
  writeHops(target, snapshot, offsets.hops);
  writeOwn(target, snapshot, offsets.own);
  const slots = new Uint32Array(bytes.buffer, offsets.slots, offsets.slotsCount);
  let at = 0;
  for (const vip of snapshot.vips) {
    slots.set(vip.table, at);
    at += vip.table.length;
  }
  return bytes;
}

function writeHeader({ write, layout }: Target, snapshot: Snapshot): void {
  const at = layout.gw_image;
  const { GW_IMAGE_MAGIC, GW_IMAGE_VERSION, GW_NONE } = layout.constants;
  const { ip4Entropy, ip6Entropy } = snapshot;
  write.u32(at.magic, GW_IMAGE_MAGIC);
  write.u32(at.version, GW_IMAGE_VERSION);
  write.u64(at.revision, snapshot.revision);
  write.raw(at.hash_key, snapshot.hashKey, 16);
  write.raw(at.ip4_src, snapshot.ip4Source ?? new Uint8Array(4), 4);
  write.raw(at.ip6_src, snapshot.ip6Source ?? new Uint8Array(16), 16);
  write.raw(at.ip4_entropy, ip4Entropy?.prefix ?? new Uint8Array(4), 4);
  write.raw(at.ip6_entropy, ip6Entropy?.prefix ?? new Uint8Array(16), 16);
  write.u8(at.ip4_entropy_len, ip4Entropy?.length ?? 0);
  write.u8(at.ip6_entropy_len, ip6Entropy?.length ?? 0);
  write.u16(at.gue_port, snapshot.guePort);
  write.u32(at.timeout, snapshot.timeout);
  write.u32(at.buckets, snapshot.buckets);
  write.u32(at.hop4, snapshot.hop4 ?? GW_NONE);
  write.u32(at.hop6, snapshot.hop6 ?? GW_NONE);
}

function writeSections(
  { write, layout }: Target,
  snapshot: Snapshot,
  offsets: ReturnType<typeof plan>,
): void {
  const at = layout.gw_image;
  write.u64(at.length, offsets.length);
  for (const section of ["ports", "vips", "keys", "servers", "hops", "own"] as const) {
    write.u32(at[`${section}_off`], offsets[section]);
    write.u32(at[`${section}_count`], snapshot[section].length);
  }
  write.u64(at.slots_off, offsets.slots);
  write.u64(at.slots_count, offsets.slotsCount);
}
