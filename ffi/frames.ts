/**
 * Frames through the packet steps: packing them for the library, and reading what became of them.
 *
 * @module
 */
import { type CounterInfo, DataplaneError, type FrameResult } from "../lib/dataplane.ts";
import type { Library } from "./library.ts";
import { type Layout, LITTLE_ENDIAN } from "./layout.ts";
import { EINVAL, unwrap } from "./error.ts";

/** Where the library writes what leaves. Kept, since it is large and most calls are short. */
export class FrameSpace {
  #bytes = new Uint8Array(0);

  /** At least so many bytes, whatever stands in them; good until the next call. */
  room(size: number): Uint8Array<ArrayBuffer> {
    if (this.#bytes.length < size) this.#bytes = new Uint8Array(size);
    return this.#bytes;
  }
}

/** Frames, and the index of the port that each comes from; without: the first one. */
interface Given {
  frames: readonly Uint8Array[];
  ports: readonly number[] | undefined;
}

/** Runs the frames in order through a simulation; the library takes as many at once as their results have room. */
export function runFrames(
  library: Library,
  gw: Deno.PointerObject,
  given: Given,
  space: FrameSpace,
): FrameResult[] {
  const { symbols, layout } = library;
  const count = given.frames.length;
  const offsets = new BigUint64Array(count + 1);
  const input = pack(given.frames, offsets);
  const ports = portNumbers(given);
  const records = new Uint8Array(count * layout.gw_frame_result.size);
  const output = space.room(outputSize(layout, input.length, count));
  const results: FrameResult[] = [];
  while (results.length < count) {
    const done = results.length;
    const rc = symbols.gw_frames(
      gw,
      input,
      offsets.subarray(done),
      ports?.subarray(done) ?? null,
      count - done,
      records,
      output,
      BigInt(output.length),
    );
    const ran = unwrap(rc, null, "gw_frames");
    if (ran === 0) throw new DataplaneError("The library ran none of the frames", EINVAL);
    for (const result of readResults(library, records, ran, output)) results.push(result);
  }
  return results;
}

/** Asks what would happen to one frame. */
export function traceFrame(
  library: Library,
  gw: Deno.PointerObject,
  frame: Uint8Array,
  space: FrameSpace,
): FrameResult {
  const { symbols, layout } = library;
  const input = pack([frame], new BigUint64Array(2));
  const record = new Uint8Array(layout.gw_frame_result.size);
  const output = space.room(outputSize(layout, frame.length, 1));
  const rc = symbols.gw_trace(gw, input, frame.length, record, output, BigInt(output.length));
  unwrap(rc, null, "gw_trace");
  return readResults(library, record, 1, output)[0]!;
}

function outputSize({ constants }: Layout, bytes: number, frames: number): number {
  return bytes + frames * constants.GW_FRAME_GROWTH + constants.GW_FRAMES_SLACK;
}

/** All frames one after the other; at least one byte, so that there is an address to give. */
function pack(
  frames: readonly Uint8Array[],
  offsets: BigUint64Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  let end = 0;
  frames.forEach((frame, i) => {
    end += frame.length;
    offsets[i + 1] = BigInt(end);
  });
  const bytes = new Uint8Array(Math.max(end, 1));
  let at = 0;
  for (const frame of frames) {
    bytes.set(frame, at);
    at += frame.length;
  }
  return bytes;
}

function portNumbers({ frames, ports }: Given): Uint32Array<ArrayBuffer> | null {
  if (ports === undefined) return null;
  if (ports.length === frames.length) return Uint32Array.from(ports);
  throw new DataplaneError(`${frames.length} frames come from ${ports.length} ports`, EINVAL);
}

/** Reads records; what left is copied once for all of them, for the space is used again. */
function readResults(
  { layout, names }: Library,
  records: Uint8Array<ArrayBuffer>,
  count: number,
  space: Uint8Array<ArrayBuffer>,
): FrameResult[] {
  const at = layout.gw_frame_result;
  const { GW_NONE } = layout.constants;
  const view = new DataView(records.buffer);
  const output = space.slice(0, usedBytes(view, count, layout));
  return Array.from({ length: count }, (_, i) => {
    const u32 = (offset: number): number => view.getUint32(i * at.size + offset, LITTLE_ENDIAN);
    const u64 = (offset: number): bigint => view.getBigUint64(i * at.size + offset, LITTLE_ENDIAN);
    const vip = orNull(u32(at.vip), GW_NONE);
    const start = Number(u64(at.out_off));
    const length = u32(at.out_len);
    return {
      verdict: verdictName(u32(at.verdict), names.verdicts),
      vip,
      server: orNull(u32(at.server), 0),
      decided: decidedBy(u32(at.decided), layout),
      hash: vip === null ? null : u64(at.hash),
      slot: orNull(u32(at.slot), GW_NONE),
      port: orNull(u32(at.port), GW_NONE),
      output: length === 0 ? null : output.subarray(start, start + length),
      made: readMade(output, Number(u64(at.made_off)), u32(at.made_count)),
      tracked: u32(at.tracked) === 1,
    };
  });
}

/** Where the last of the frames that left ends. */
function usedBytes(view: DataView, count: number, { gw_frame_result: at }: Layout): number {
  let end = 0;
  for (let i = 0; i < count; i++) {
    const base = i * at.size;
    const left = Number(view.getBigUint64(base + at.out_off, LITTLE_ENDIAN)) +
      view.getUint32(base + at.out_len, LITTLE_ENDIAN);
    const made = Number(view.getBigUint64(base + at.made_off, LITTLE_ENDIAN)) +
      view.getUint32(base + at.made_len, LITTLE_ENDIAN);
    end = Math.max(end, left, made);
  }
  return end;
}

function orNull(value: number, none: number): number | null {
  return value === none ? null : value;
}

/** Frames one behind the other: port index, length, bytes, filled up to a multiple of 8. */
function readMade(
  output: Uint8Array<ArrayBuffer>,
  start: number,
  count: number,
): FrameResult["made"] {
  if (count === 0) return [];
  const view = new DataView(output.buffer);
  let at = start;
  return Array.from({ length: count }, () => {
    const port = view.getUint32(at, LITTLE_ENDIAN);
    const length = view.getUint32(at + 4, LITTLE_ENDIAN);
    const frame = output.subarray(at + 8, at + 8 + length);
    at += 8 + Math.ceil(length / 8) * 8;
    return { port, frame };
  });
}

function verdictName(number: number, verdicts: CounterInfo[]): string {
  return verdicts[number]?.name ?? `verdict_${number}`;
}

function decidedBy(value: number, layout: Layout): FrameResult["decided"] {
  if (value === layout.constants.GW_BY_FLOW) return "flow";
  return value === layout.constants.GW_BY_TABLE ? "table" : null;
}
