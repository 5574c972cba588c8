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
  /** Slow calls under way; a simulation has no worker to wait for, so nothing may run beside them. */
  #running = 0;

  constructor(library: Library, address: bigint) {
    super(library, address, 1);
  }

  setClock(seconds: number): void {
    const gw = this.idle();
    unwrap(this.library.symbols.gw_simulate_clock(gw, seconds), null, "gw_simulate_clock");
  }

  frames(frames: Uint8Array[]): FrameResult[] {
    return runFrames(this.library, this.idle(), frames);
  }

  bench(options: Parameters<Simulation["bench"]>[0]): Promise<BenchResult> {
    return this.exclusive((gw) => runBench(this.library, gw, options));
  }

  protected override idle(): Deno.PointerObject {
    const gw = this.pointer();
    if (this.#running === 0) return gw;
    throw new DataplaneError(
      "The simulation is busy with a commit or a benchmark: wait for it first",
      EBUSY,
    );
  }

  protected override async exclusive<T>(
    call: (gw: Deno.PointerObject) => Promise<T>,
  ): Promise<T> {
    this.#running++;
    try {
      return await super.exclusive(call);
    } finally {
      this.#running--;
    }
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
