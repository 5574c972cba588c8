/**
 * A capture through the packet steps of a simulation.
 *
 * @module
 */
import type { FrameResult, Simulation } from "./dataplane.ts";
import { parseMac } from "./net.ts";
import { type Offline, OFFLINE_SOURCE_MAC } from "./offline.ts";
import { type Capture, CaptureError, type Packet } from "./pcap/mod.ts";

/** Most frames, and about as many bytes, that go through the steps in one call. */
const BATCH_FRAMES = 2048;
const BATCH_BYTES = 1 << 20;
/** Seconds that the simulation's clock can show. */
const CLOCK_MAX = 0xffffffff;

/** What became of one packet of the capture. */
export interface VerdictLine {
  /** Place in the capture, from 0. */
  index: number;
  verdict: string;
  /** VIP name; null where none was found. */
  vip: string | null;
  /** Server address; null where none was chosen. */
  server: string | null;
  /** Place among the frames that left, from 0; null where it did not leave. */
  output: number | null;
  /** Frames made because of it, which left right behind it: ICMP errors, fragments after the first. */
  made: number;
}

/** Where results go, in the capture's order. */
export interface ReplaySinks {
  /** A frame that left, with the time of the one that it is, or was made because of. */
  frame(packet: Packet): void;
  verdict?(line: VerdictLine): void;
}

/** Counts of a replay. */
export interface ReplaySummary {
  packets: number;
  /** Packets that left, to servers or clients. */
  forwarded: number;
  /** Frames made because of packets, which left beside them. */
  made: number;
  /** By verdict name, in the library's order; only those that occurred. */
  verdicts: Record<string, number>;
  /** From the first packet to the latest, whole seconds. */
  seconds: number;
  /** Flows remembered at the end. */
  flows: number;
}

/**
 * Runs a capture from an empty flow table. The clock follows the capture's times, but never goes back;
 * the frames' destination MAC addresses do not matter.
 *
 * @param simulation fresh; the tables are committed to it here
 * @throws {CaptureError} where the capture is broken, after what stands before that place was replayed.
 */
export async function replay(
  simulation: Simulation,
  tables: Offline,
  capture: Capture,
  sinks: ReplaySinks,
): Promise<ReplaySummary> {
  await simulation.commit(tables.snapshot);
  const run = new Run(simulation, tables, sinks);
  try {
    for (const packet of capture.packets()) run.add(packet);
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    const { packets } = run.end();
    throw new CaptureError(`${error.message}; packets replayed before it: ${packets}`, {
      cause: error,
    });
  }
  return run.end();
}

class Run {
  readonly #simulation: Simulation;
  readonly #tables: Offline;
  readonly #sinks: ReplaySinks;
  readonly #mac = parseMac(OFFLINE_SOURCE_MAC);
  readonly #counts = new Map<string, number>();
  #batch: Packet[] = [];
  #bytes = 0;
  #packets = 0;
  #forwarded = 0;
  #made = 0;
  #start: bigint | null = null;
  #clock = 0;

  constructor(simulation: Simulation, tables: Offline, sinks: ReplaySinks) {
    this.#simulation = simulation;
    this.#tables = tables;
    this.#sinks = sinks;
  }

  add(packet: Packet): void {
    this.#follow(packet.timestamp);
    // The bytes are this replay's own, and the Ethernet header is replaced in what leaves.
    if (packet.data.length >= 6) packet.data.set(this.#mac);
    this.#batch.push(packet);
    this.#bytes += packet.data.length;
    if (this.#batch.length >= BATCH_FRAMES || this.#bytes >= BATCH_BYTES) this.#flush();
  }

  end(): ReplaySummary {
    this.#flush();
    const verdicts: Record<string, number> = {};
    for (const { name } of this.#simulation.catalog.verdicts) {
      const count = this.#counts.get(name);
      if (count !== undefined) verdicts[name] = count;
    }
    return {
      packets: this.#packets,
      forwarded: this.#forwarded,
      made: this.#made,
      verdicts,
      seconds: this.#clock,
      flows: this.#simulation.tableUse().flows,
    };
  }

  /** Sets the clock for a packet; those of earlier seconds go through the steps first. */
  #follow(timestamp: bigint): void {
    this.#start ??= timestamp;
    const passed = (timestamp - this.#start) / 1_000_000_000n;
    if (passed <= BigInt(this.#clock)) return;
    this.#flush();
    this.#clock = Math.min(Number(passed), CLOCK_MAX);
    this.#simulation.setClock(this.#clock);
  }

  #flush(): void {
    const results = this.#simulation.frames(this.#batch.map(({ data }) => data));
    results.forEach((result, i) => this.#take(this.#batch[i]!, result));
    this.#batch = [];
    this.#bytes = 0;
  }

  #take(packet: Packet, { verdict, vip, server, output, made }: FrameResult): void {
    this.#counts.set(verdict, (this.#counts.get(verdict) ?? 0) + 1);
    const index = this.#packets++;
    this.#sinks.verdict?.({
      index,
      verdict,
      vip: vip === null ? null : this.#tables.vips.get(vip) ?? null,
      server: server === null ? null : this.#tables.servers.get(server) ?? null,
      output: output === null ? null : this.#forwarded + this.#made,
      made: made.length,
    });
    if (output !== null) this.#leave(packet, output);
    for (const { frame } of made) this.#leave(packet, frame);
    this.#forwarded += output === null ? 0 : 1;
    this.#made += made.length;
  }

  #leave({ timestamp }: Packet, data: Uint8Array): void {
    this.#sinks.frame({ data, timestamp, originalLength: data.length });
  }
}
