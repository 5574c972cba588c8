/**
 * One run of the library's benchmark.
 *
 * @module
 */
import type { BenchResult, Simulation } from "../lib/dataplane.ts";
import { errorBuffer, unwrap } from "./error.ts";
import { held } from "./held.ts";
import { type Layout, LITTLE_ENDIAN } from "./layout.ts";
import type { Library } from "./library.ts";

/** Runs it on a simulation with a committed snapshot; takes `seconds` and the time to fill tables. */
export async function runBench(
  library: Library,
  gw: Deno.PointerObject,
  options: Parameters<Simulation["bench"]>[0],
): Promise<BenchResult> {
  const { layout, symbols, names } = library;
  const args = encodeArgs(layout, options);
  const bytes = new Uint8Array(layout.gw_bench_result.size);
  const err = errorBuffer();
  unwrap(await held(symbols.gw_bench, gw, args, bytes, err), err, "gw_bench");
  const at = layout.gw_bench_result;
  const view = new DataView(bytes.buffer);
  const u64 = (offset: number) => Number(view.getBigUint64(offset, LITTLE_ENDIAN));
  return {
    packets: u64(at.packets),
    forwarded: u64(at.forwarded),
    cycles: u64(at.cycles),
    steps: Object.fromEntries(
      names.steps.map((step, i) => [step.name, u64(at.step_cycles + i * 8)]),
    ),
    generatorCycles: u64(at.generator_cycles),
    tscHz: u64(at.tsc_hz),
  };
}

function encodeArgs(
  layout: Layout,
  options: Parameters<Simulation["bench"]>[0],
): Uint8Array<ArrayBuffer> {
  const { GW_BENCH_HIT, GW_BENCH_FIRST, GW_BENCH_TABLE } = layout.constants;
  const modes = { hit: GW_BENCH_HIT, first: GW_BENCH_FIRST, table: GW_BENCH_TABLE };
  const at = layout.gw_bench_args;
  const bytes = new Uint8Array(at.size);
  const view = new DataView(bytes.buffer);
  view.setUint32(at.mode, modes[options.mode], LITTLE_ENDIAN);
  view.setUint32(at.flows, options.flows, LITTLE_ENDIAN);
  view.setUint32(at.frame_len, options.frameLength, LITTLE_ENDIAN);
  view.setUint32(at.vip, options.vip ?? 0, LITTLE_ENDIAN);
  view.setFloat64(at.seconds, options.seconds, LITTLE_ENDIAN);
  view.setBigUint64(at.seed, options.seed ?? 1n, LITTLE_ENDIAN);
  return bytes;
}
