/**
 * Classic pcap: a header of 24 bytes, then a header of 16 bytes before every packet, in the byte order
 * of whoever wrote it.
 *
 * @module
 */
import { requireEthernet } from "./link_type.ts";
import type { ByteSource } from "./source.ts";
import { type Capture, CaptureError, MAX_CAPTURED, type Packet, type Precision } from "./types.ts";

/** Magic numbers as the first four bytes read in the file's own byte order. */
export const MAGIC_US = 0xa1b2c3d4;
export const MAGIC_NS = 0xa1b23c4d;

interface Order {
  little: boolean;
  precision: Precision;
}

/** Byte order and precision that the first four bytes stand for; null: no classic pcap. */
export function classicOrder(magic: Uint8Array): Order | null {
  if (magic.length < 4) return null;
  const view = viewOf(magic);
  for (const little of [true, false]) {
    const value = view.getUint32(0, little);
    if (value === MAGIC_US) return { little, precision: "us" };
    if (value === MAGIC_NS) return { little, precision: "ns" };
  }
  return null;
}

/** Reads the header and gives the packets. @throws {CaptureError} */
export function readClassic(source: ByteSource, { little, precision }: Order): Capture {
  const header = viewOf(source.take(24, "the file's header"));
  const major = header.getUint16(4, little);
  if (major !== 2) {
    throw new CaptureError(`The capture is of pcap version ${major}; only version 2 can be read`);
  }
  // The upper 16 bits tell of a frame check sequence, which is trailing bytes like any other here.
  requireEthernet(header.getUint32(20, little) & 0xffff, 20);
  return { format: "pcap", precision: () => precision, packets: () => packets() };

  function* packets(): Generator<Packet, void, void> {
    const perTick = precision === "us" ? 1000n : 1n;
    while (!source.atEnd()) {
      const at = source.offset;
      const record = viewOf(source.take(16, "a packet's header"));
      const length = checkedLength(record.getUint32(8, little), at);
      const seconds = BigInt(record.getUint32(0, little));
      const ticks = BigInt(record.getUint32(4, little));
      yield {
        timestamp: seconds * 1_000_000_000n + ticks * perTick,
        originalLength: record.getUint32(12, little),
        data: source.take(length, "a packet"),
      };
    }
  }
}

/** @throws {CaptureError} for a captured length that no frame has. */
export function checkedLength(length: number, offset: number): number {
  if (length <= MAX_CAPTURED) return length;
  throw new CaptureError(
    `The packet at byte ${offset} claims ${length} captured bytes; more than ${MAX_CAPTURED} ` +
      `cannot be`,
  );
}

/** The same bytes as a DataView. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
