import { viewOf } from "./classic.ts";
import { CaptureError } from "./types.ts";

const OPTION_END = 0;
const OPTION_RESOLUTION = 9;
const OPTION_OFFSET = 14;

/** What packets of one interface of a pcapng section have in common. */
export interface Interface {
  /** Where its block stands in the file. */
  offset: number;
  linkType: number;
  /** Most bytes captured of a frame; 0: no limit. */
  snapLength: number;
  ticksPerSecond: bigint;
  /** Nanoseconds to add to every timestamp. */
  offsetNanoseconds: bigint;
}

/** Reads the body of an interface description block. @throws {CaptureError} */
export function readInterface(body: Uint8Array, little: boolean, offset: number): Interface {
  if (body.length < 8) {
    throw new CaptureError(`The interface description at byte ${offset} is too short`);
  }
  const view = viewOf(body);
  const described: Interface = {
    offset,
    linkType: view.getUint16(0, little),
    snapLength: view.getUint32(4, little),
    ticksPerSecond: 1_000_000n,
    offsetNanoseconds: 0n,
  };
  for (let at = 8; at + 4 <= body.length;) {
    const code = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    if (code === OPTION_END) break;
    if (at + 4 + length > body.length) {
      throw new CaptureError(`An option of the interface at byte ${offset} is cut off`);
    }
    if (code === OPTION_RESOLUTION && length === 1) {
      described.ticksPerSecond = ticksPerSecond(view.getUint8(at + 4));
    } else if (code === OPTION_OFFSET && length === 8) {
      described.offsetNanoseconds = view.getBigInt64(at + 4, little) * 1_000_000_000n;
    }
    at += 4 + length + (4 - length % 4) % 4;
  }
  return described;
}

/** Nanoseconds since 1970, never before. */
export function nanoseconds(ticks: bigint, from: Interface): bigint {
  const time = ticks * 1_000_000_000n / from.ticksPerSecond + from.offsetNanoseconds;
  return time < 0n ? 0n : time;
}

/** The upper bit tells a power of two from a power of ten. */
function ticksPerSecond(resolution: number): bigint {
  const exponent = BigInt(resolution & 0x7f);
  return resolution & 0x80 ? 2n ** exponent : 10n ** exponent;
}
