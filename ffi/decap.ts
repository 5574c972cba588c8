/**
 * The server's side of a tunnel, where its kernel has none.
 *
 * @module
 */
import { errorBuffer, unwrap } from "./error.ts";
import { held } from "./held.ts";
import { loadLibrary } from "./library.ts";

/** A decapsulation under way. */
export interface Decapsulation {
  /** Inner packets handed to the tun device up to now. */
  packets(): number;
  /** Resolves after `signal` was aborted; rejects when the device or the sockets fail. */
  readonly done: Promise<void>;
}

/**
 * Takes GRE, IPIP and GUE packets over IPv4 and IPv6 apart until the signal aborts, and hands what
 * was inside to a tun device. Needs the right to open raw sockets.
 *
 * @param tun name of the device, which is made if it is not there
 * @param options `guePort`: UDP port of GUE, 6080 unless given
 * @throws {Error} with the remedy, when the library is not there. What the library says later comes
 * by `done`, as a `DataplaneError`.
 */
export function decap(
  tun: string,
  options: { signal: AbortSignal; guePort?: number; library?: string },
): Decapsulation {
  const { symbols } = loadLibrary(options.library);
  const port = options.guePort ?? 6080;
  const name = new TextEncoder().encode(`${tun}\0`);
  const stop = new Uint32Array(1);
  const packets = new BigUint64Array(1);
  const err = errorBuffer();
  const abort = () => Atomics.store(stop, 0, 1);
  options.signal.addEventListener("abort", abort, { once: true });
  if (options.signal.aborted) abort();
  const run = async () => {
    try {
      unwrap(await held(symbols.gw_decap, name, port, stop, packets, err), err, "gw_decap");
    } finally {
      options.signal.removeEventListener("abort", abort);
    }
  };
  return { packets: () => Number(packets[0]!), done: run() };
}
