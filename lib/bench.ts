/**
 * How fast the packet steps are: generated packets through the workers' own steps, in a simulation.
 *
 * @module
 */
import { benchConfig, type BenchSize, benchTraffic } from "./bench/config.ts";
import { cpuModel, type Memory, memoryKind } from "./bench/machine.ts";
import { type BenchCase, rounded, summary } from "./bench/summary.ts";
import type { BenchResult, Encap, Simulation, Snapshot } from "./dataplane.ts";
import { offlineTables } from "./offline.ts";

export type { BenchCase };

/** What is measured. */
export interface BenchOptions extends BenchSize {
  encaps: readonly Encap[];
  /** Different flows, in shuffled order. */
  flows: number;
  /** How long each case of each encap is measured, all rounds together. */
  seconds: number;
}

/** A whole run of one encap; the headline is the hit case with the flows that were asked for. */
export interface BenchReport {
  mpps: number;
  cycles_per_packet: number;
  steps: Record<string, number>;
  encap: Encap;
  /** Of the packets. */
  family: 4 | 6;
  flows: number;
  servers: number;
  new_len: number;
  buckets: number;
  /** Bytes on the wire, with the frame check sequence. */
  frame_bytes: number;
  rounds: number;
  cpu: string;
  tsc_ghz: number;
  memory: Memory;
  cases: BenchCase[];
}

type Planned = Pick<BenchCase, "mode" | "flows">;

interface Subject {
  encap: Encap;
  snapshot: Snapshot;
  cases: BenchCase[];
}

const ROUNDS = 5;
const FEW_FLOWS = 1000;

/**
 * Measures all cases, one after the other, on a fresh simulation. The encaps take turns, round by round, so that what
 * disturbs the machine for a while disturbs them all.
 *
 * @param progress hears which case is measured next
 * @returns a report for each encap, in the order asked for
 * @throws {DataplaneError} when there is no memory for it.
 */
export async function runBenchmarks(
  simulation: Simulation,
  options: BenchOptions,
  progress: (next: Planned) => void = () => {},
): Promise<BenchReport[]> {
  const subjects = options.encaps.map((encap): Subject => ({
    encap,
    snapshot: offlineTables(benchConfig(encap, options)).snapshot,
    cases: [],
  }));
  let tscHz = 0;
  for (const planned of plannedCases(options)) {
    progress(planned);
    const results = await measure(simulation, subjects, planned, options.seconds);
    for (const [at, subject] of subjects.entries()) {
      const rounds = results[at]!;
      tscHz = rounds[0]!.tscHz;
      subject.cases.push({ ...planned, ...summary(rounds) });
    }
  }
  return subjects.map((subject) => report(subject, options, tscHz));
}

/** The rounds of each subject. */
async function measure(
  simulation: Simulation,
  subjects: Subject[],
  { mode, flows }: Planned,
  seconds: number,
): Promise<BenchResult[][]> {
  const results: BenchResult[][] = subjects.map(() => []);
  for (let round = 1; round <= ROUNDS; round++) {
    for (const [at, { encap, snapshot }] of subjects.entries()) {
      await simulation.commit(snapshot);
      results[at]!.push(
        await simulation.bench({
          mode,
          flows,
          frameLength: benchTraffic(encap).frameBytes - 4,
          seconds: seconds / ROUNDS,
          seed: BigInt(round),
        }),
      );
    }
  }
  return results;
}

function plannedCases({ flows }: BenchOptions): Planned[] {
  const hits = [...new Set([Math.min(FEW_FLOWS, flows), flows])];
  return [
    ...hits.map((flows) => ({ mode: "hit" as const, flows })),
    { mode: "first", flows },
    { mode: "table", flows },
  ];
}

function report({ encap, cases }: Subject, options: BenchOptions, tscHz: number): BenchReport {
  const { family, frameBytes } = benchTraffic(encap);
  const headline = cases.find(({ mode, flows }) => mode === "hit" && flows === options.flows)!;
  return {
    mpps: headline.mpps,
    cycles_per_packet: headline.cycles_per_packet,
    steps: headline.steps,
    encap,
    family,
    flows: options.flows,
    servers: options.servers,
    new_len: options.newLength,
    buckets: options.buckets,
    frame_bytes: frameBytes,
    rounds: ROUNDS,
    cpu: cpuModel(),
    tsc_ghz: rounded(tscHz / 1e9),
    memory: memoryKind(),
    cases,
  };
}
