/**
 * Frames through the packet steps: packing them for the library, and reading what became of them.
 *
 * @module
 */
import type { CounterInfo, FrameResult } from "../lib/dataplane.ts";
import type { Library } from "./library.ts";
import { type Layout, LITTLE_ENDIAN } from "./layout.ts";
import { unwrap } from "./error.ts";

/** Runs the frames in order through a simulation. */
export function runFrames(
  library: Library,
  gw: Deno.PointerObject,
  frames: readonly Uint8Array[],
): FrameResult[] {
  if (frames.length === 0) return [];
  const { layout, symbols } = library;
  const offsets = new BigUint64Array(frames.length + 1);
  const input = pack(frames, offsets);
  const results = new Uint8Array(frames.length * layout.gw_frame_result.size);
  const output = new Uint8Array(input.length + frames.length * layout.constants.GW_FRAME_GROWTH);
  const rc = symbols.gw_frames(
    gw,
    input,
    offsets,
    frames.length,
    results,
    output,
    BigInt(output.length),
  );
  unwrap(rc, null, "gw_frames");
  const view = new DataView(results.buffer);
  return frames.map((_, i) =>
    readResult(view, i * layout.gw_frame_result.size, layout, library.names.verdicts, output)
  );
}

/** Asks what would happen to one frame. */
export function traceFrame(
  library: Library,
  gw: Deno.PointerObject,
  frame: Uint8Array,
): FrameResult {
  const { layout, symbols } = library;
  const input = pack([frame], new BigUint64Array(2));
  const result = new Uint8Array(layout.gw_frame_result.size);
  const output = new Uint8Array(frame.length + layout.constants.GW_FRAME_GROWTH);
  const rc = symbols.gw_trace(gw, input, frame.length, result, output, BigInt(output.length));
  unwrap(rc, null, "gw_trace");
  return readResult(
    new DataView(result.buffer),
    0,
    layout,
    library.names.verdicts,
    output,
  );
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

function readResult(
  view: DataView,
  base: number,
  layout: Layout,
  verdicts: CounterInfo[],
  output: Uint8Array<ArrayBuffer>,
): FrameResult {
  const at = layout.gw_frame_result;
  const { GW_NONE } = layout.constants;
  const u32 = (offset: number): number => view.getUint32(base + offset, LITTLE_ENDIAN);
  const orNull = (value: number, none: number): number | null => value === none ? null : value;
  const vip = orNull(u32(at.vip), GW_NONE);
  const start = Number(view.getBigUint64(base + at.out_off, LITTLE_ENDIAN));
  const length = u32(at.out_len);
  const number = u32(at.verdict);
  return {
    verdict: verdicts[number]?.name ?? `verdict_${number}`,
    vip,
    server: orNull(u32(at.server), 0),
    decided: decidedBy(u32(at.decided), layout),
    hash: vip === null ? null : view.getBigUint64(base + at.hash, LITTLE_ENDIAN),
    slot: orNull(u32(at.slot), GW_NONE),
    port: orNull(u32(at.port), GW_NONE),
    output: length === 0 ? null : output.subarray(start, start + length),
    tracked: u32(at.tracked) === 1,
  };
}

function decidedBy(value: number, layout: Layout): FrameResult["decided"] {
  if (value === layout.constants.GW_BY_FLOW) return "flow";
  return value === layout.constants.GW_BY_TABLE ? "table" : null;
}
