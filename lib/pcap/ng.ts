/**
 * pcapng: blocks, each with its type and its length before and behind. Sections may differ in byte
 * order, and each has its own interfaces. Blocks of other types are passed over.
 *
 * @module
 */
import { checkedLength, viewOf } from "./classic.ts";
import { type Interface, nanoseconds, readInterface } from "./ng_interface.ts";
import { requireEthernet } from "./link_type.ts";
import type { ByteSource } from "./source.ts";
import { type Capture, CaptureError, type Packet, type Precision } from "./types.ts";

/** Type of a section header; the same in both byte orders, so that it can be told first. */
export const SECTION = 0x0a0d0d0a;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const INTERFACE = 1;
const OLD_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;

/** Largest block that is taken as a whole: a packet with room for options. */
const MAX_BLOCK = 1 << 24;

/** A block's body, and where it stands for errors and links. */
interface Block {
  type: number;
  offset: number;
  body: Uint8Array;
  view: DataView;
}

/** Reads packets from a source that stands at a section header. */
export function readNg(source: ByteSource): Capture {
  let precision: Precision = "us";
  let little = true;
  let interfaces: Interface[] = [];
  let last = 0n;
  return { format: "pcapng", precision: () => precision, packets: () => packets() };

  function* packets(): Generator<Packet, void, void> {
    while (!source.atEnd()) {
      const block = nextBlock();
      if (block === null) continue;
      if (block.type === INTERFACE) addInterface(block);
      else {
        const packet = readPacket(block, interfaces, little, last);
        last = packet.timestamp;
        yield packet;
      }
    }
  }

  /** The next block that matters; null for a section header or one that was passed over. */
  function nextBlock(): Block | null {
    const offset = source.offset;
    const start = source.peek(12);
    if (start.length >= 4 && viewOf(start).getUint32(0) === SECTION) return beginSection(offset);
    const head = viewOf(source.take(8, "a block's header"));
    const type = head.getUint32(0, little);
    const length = bodyLength(head.getUint32(4, little), offset);
    const wanted = [INTERFACE, OLD_PACKET, SIMPLE_PACKET, ENHANCED_PACKET].includes(type);
    if (wanted && length > MAX_BLOCK) {
      throw new CaptureError(`The block at byte ${offset} claims ${length} bytes of content`);
    }
    const body = wanted ? source.take(length, "a block") : null;
    if (body === null) source.skip(length, "a block");
    endBlock(length, offset);
    return body === null ? null : { type, offset, body, view: viewOf(body) };
  }

  function beginSection(offset: number): null {
    const head = viewOf(source.take(12, "a section's header"));
    little = head.getUint32(8, true) === BYTE_ORDER_MAGIC;
    if (!little && head.getUint32(8) !== BYTE_ORDER_MAGIC) {
      throw new CaptureError(`The section at byte ${offset} has no byte-order magic`);
    }
    const length = bodyLength(head.getUint32(4, little), offset);
    if (length < 16) throw new CaptureError(`The section header at byte ${offset} is too short`);
    const major = viewOf(source.take(4, "a section's header")).getUint16(0, little);
    if (major !== 1) {
      throw new CaptureError(
        `The section at byte ${offset} is of pcapng version ${major}; only version 1 can be read`,
      );
    }
    source.skip(length - 8, "a section's header");
    endBlock(length, offset);
    interfaces = [];
    return null;
  }

  /** The length stands behind the block too; when it differs, the file is broken here. */
  function endBlock(length: number, offset: number): void {
    const again = viewOf(source.take(4, "a block's end")).getUint32(0, little);
    if (again !== length + 12) {
      throw new CaptureError(
        `The block at byte ${offset} has ${length + 12} bytes before it and ${again} behind it`,
      );
    }
  }

  function addInterface(block: Block): void {
    const added = readInterface(block.body, little, block.offset);
    interfaces.push(added);
    if (added.ticksPerSecond > 1_000_000n) precision = "ns";
  }
}

/** Length of a block without what frames it. */
function bodyLength(total: number, offset: number): number {
  if (total >= 12 && total % 4 === 0) return total - 12;
  throw new CaptureError(
    `The block at byte ${offset} claims ${total} bytes; a block has a multiple of 4, 12 at least`,
  );
}

function readPacket(
  block: Block,
  interfaces: Interface[],
  little: boolean,
  last: bigint,
): Packet {
  const { view, body, offset, type } = block;
  const fixed = type === SIMPLE_PACKET ? 4 : 20;
  if (body.length < fixed) throw new CaptureError(`The packet at byte ${offset} has no header`);
  const number = type === SIMPLE_PACKET
    ? 0
    : type === OLD_PACKET
    ? view.getUint16(0, little)
    : view.getUint32(0, little);
  const from = interfaces[number];
  if (from === undefined) {
    throw new CaptureError(
      `The packet at byte ${offset} is of interface ${number}, which was not described before it`,
    );
  }
  requireEthernet(from.linkType, from.offset);
  if (type === SIMPLE_PACKET) return simplePacket(block, from, little, last);
  const length = checkedLength(view.getUint32(12, little), offset);
  if (length > body.length - fixed) {
    throw new CaptureError(`The packet at byte ${offset} is longer than its block`);
  }
  const ticks = (BigInt(view.getUint32(4, little)) << 32n) | BigInt(view.getUint32(8, little));
  return {
    timestamp: nanoseconds(ticks, from),
    originalLength: view.getUint32(16, little),
    data: body.subarray(fixed, fixed + length),
  };
}

/** A simple packet has neither a time nor a captured length; it takes the time of the last one. */
function simplePacket(block: Block, from: Interface, little: boolean, last: bigint): Packet {
  const originalLength = block.view.getUint32(0, little);
  const snapped = from.snapLength === 0
    ? originalLength
    : Math.min(originalLength, from.snapLength);
  const length = checkedLength(snapped, block.offset);
  if (length > block.body.length - 4) {
    throw new CaptureError(`The packet at byte ${block.offset} is longer than its block`);
  }
  return { timestamp: last, originalLength, data: block.body.subarray(4, 4 + length) };
}
