/**
 * The packet steps without ports, threads or privileges.
 *
 * @module
 */
import {
  type BenchResult,
  DataplaneError,
  type FrameResult,
  type Simulation,
} from "../lib/dataplane.ts";
import { runBench } from "./bench.ts";
import { EBUSY, errorBuffer, unwrap } from "./error.ts";
import { runFrames } from "./frames.ts";
import { Handle } from "./handle.ts";
import { type Library, loadLibrary } from "./library.ts";

/** A simulation; {@linkcode simulate} makes one. */
export class SimulationHandle extends Handle implements Simulation {
  /** Benchmarks asked for and not yet over; nothing else may use the worker's tables meanwhile. */
  #benchmarks = 0;

  constructor(library: Library, address: bigint) {
    super(library, address, 1);
  }

  setClock(seconds: number): void {
    const gw = this.idle();
    unwrap(this.library.symbols.gw_simulate_clock(gw, seconds), null, "gw_simulate_clock");
  }

  frames(frames: Uint8Array[], ports?: number[]): FrameResult[] {
    return runFrames(this.library, this.idle(), { frames, ports }, this.space);
  }

  async bench(options: Parameters<Simulation["bench"]>[0]): Promise<BenchResult> {
    this.pointer();
    this.#benchmarks++;
    try {
      return await this.exclusive((gw) => runBench(this.library, gw, options));
    } finally {
      this.#benchmarks--;
    }
  }

  protected override idle(): Deno.PointerObject {
    const gw = this.pointer();
    if (this.#benchmarks === 0) return gw;
    throw new DataplaneError("The simulation runs a benchmark: wait for it first", EBUSY);
  }
}

/**
 * Makes a data plane that runs given frames through the packet steps.
 *
 * @param options.library path of the shared library, in place of the usual one
 * @throws {Error} with the remedy, when the library is not there.
 */
export function simulate(options: { library?: string } = {}): SimulationHandle {
  const library = loadLibrary(options.library);
  const out = new BigUint64Array(1);
  const err = errorBuffer();
  unwrap(library.symbols.gw_simulate(out, err), err, "gw_simulate");
  return new SimulationHandle(library, out[0]!);
}
