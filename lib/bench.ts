/**
 * How fast the packet steps are: generated packets through the workers' own steps, in a simulation.
 *
 * @module
 */
import { type Config, parseConfig } from "./config.ts";
import type { BenchResult, Encap, Simulation } from "./dataplane.ts";
import { offlineTables } from "./offline.ts";

/** What is measured. */
export interface BenchOptions {
  encap: Encap;
  /** Different flows, in shuffled order. */
  flows: number;
  servers: number;
  /** How long each case is measured, all rounds together. */
  seconds: number;
  /** Slots of the new-connection table, a power of two. */
  newLength: number;
  /** Of the established-connections table, a power of two. */
  buckets: number;
}

/** One case: the median of its rounds. */
export interface BenchCase {
  /** `hit`: remembered flows. `first`: every packet begins a flow. `table`: no room to remember any. */
  mode: "hit" | "first" | "table";
  flows: number;
  /** Millions of packets a second, on one core. */
  mpps: number;
  /** Slowest and fastest round. */
  mpps_min: number;
  mpps_max: number;
  /** All steps together, without the generator. */
  cycles_per_packet: number;
  /** Cycles a packet by step, in packet order. */
  steps: Record<string, number>;
  packets: number;
}

/** A whole run; the headline is the hit case with the flows that were asked for. */
export interface BenchReport {
  mpps: number;
  cycles_per_packet: number;
  steps: Record<string, number>;
  encap: Encap;
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

/** What kind of pages the tables lie in. */
export type Memory = "hugepages" | "transparent hugepages" | "ordinary pages";

/** 64 bytes on the wire; 4 of them are the frame check sequence. */
const FRAME_BYTES = 64;
const ROUNDS = 5;
const FEW_FLOWS = 1000;

/**
 * Measures all cases, one after the other, on a fresh simulation.
 *
 * @param progress hears which case is measured next
 * @throws {DataplaneError} when there is no memory for it.
 */
export async function runBenchmark(
  simulation: Simulation,
  options: BenchOptions,
  progress: (next: Pick<BenchCase, "mode" | "flows">) => void = () => {},
): Promise<BenchReport> {
  await simulation.commit(offlineTables(benchConfig(options)).snapshot);
  const cases: BenchCase[] = [];
  let tscHz = 0;
  for (const { mode, flows } of plannedCases(options)) {
    progress({ mode, flows });
    const rounds = await measure(simulation, mode, flows, options.seconds);
    tscHz = rounds[0]!.tscHz;
    cases.push({ mode, flows, ...summary(rounds) });
  }
  const headline = cases.find(({ mode, flows }) => mode === "hit" && flows === options.flows)!;
  return {
    mpps: headline.mpps,
    cycles_per_packet: headline.cycles_per_packet,
    steps: headline.steps,
    encap: options.encap,
    flows: options.flows,
    servers: options.servers,
    new_len: options.newLength,
    buckets: options.buckets,
    frame_bytes: FRAME_BYTES,
    rounds: ROUNDS,
    cpu: cpuModel(),
    tsc_ghz: rounded(tscHz / 1e9),
    memory: memoryKind(),
    cases,
  };
}

async function measure(
  simulation: Simulation,
  mode: BenchCase["mode"],
  flows: number,
  seconds: number,
): Promise<BenchResult[]> {
  const rounds: BenchResult[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    rounds.push(
      await simulation.bench({
        mode,
        flows,
        frameLength: FRAME_BYTES - 4,
        seconds: seconds / ROUNDS,
        seed: BigInt(round),
      }),
    );
  }
  return rounds;
}

function plannedCases({ flows }: BenchOptions): Pick<BenchCase, "mode" | "flows">[] {
  const hits = [...new Set([Math.min(FEW_FLOWS, flows), flows])];
  return [
    ...hits.map((flows) => ({ mode: "hit" as const, flows })),
    { mode: "first", flows },
    { mode: "table", flows },
  ];
}

/** One VIP of an IPv4 prefix, as in the tables that this is compared with. */
function benchConfig(options: BenchOptions): Config {
  const server = (i: number) =>
    options.encap === "gre4"
      ? `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`
      : `2001:db8:1::${(i >> 16).toString(16)}:${(i & 0xffff).toString(16)}`;
  return parseConfig({
    conf: {
      ip4_src_address: "192.0.2.10",
      ip6_src_address: "2001:db8::10",
      buckets: options.buckets,
      timeout: 30_000,
    },
    vips: [{
      prefix: "90.0.0.0/8",
      encap: options.encap,
      new_len: options.newLength,
      servers: Array.from({ length: options.servers }, (_, i) => ({ address: server(i + 1) })),
    }],
  });
}

/** All numbers are of one round, the median: only so do the steps make up the whole. */
function summary(rounds: BenchResult[]): Omit<BenchCase, "mode" | "flows"> {
  const speed = ({ packets, cycles, tscHz }: BenchResult) => packets * tscHz / cycles / 1e6;
  const sorted = rounds.toSorted((a, b) => speed(a) - speed(b));
  const middle = sorted[Math.floor(sorted.length / 2)]!;
  const perPacket = (cycles: number) => rounded(cycles / middle.packets);
  return {
    mpps: rounded(speed(middle)),
    mpps_min: rounded(speed(sorted[0]!)),
    mpps_max: rounded(speed(sorted.at(-1)!)),
    cycles_per_packet: perPacket(middle.cycles),
    steps: Object.fromEntries(
      Object.entries(middle.steps).map(([step, cycles]) => [step, perPacket(cycles)]),
    ),
    packets: rounds.reduce((sum, { packets }) => sum + packets, 0),
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function cpuModel(): string {
  const line = /^model name\s*:\s*(.*)$/m.exec(readProc("/proc/cpuinfo"));
  return line?.[1] ?? `unknown ${Deno.build.arch}`;
}

/** What the kernel gave this process, whose only large memory is the simulation's. */
function memoryKind(): Memory {
  const rollup = readProc("/proc/self/smaps_rollup");
  const kilobytes = (field: string) =>
    Number(new RegExp(`^${field}:\\s*(\\d+) kB`, "m").exec(rollup)?.[1] ?? 0);
  if (kilobytes("Private_Hugetlb") > 0) return "hugepages";
  return kilobytes("AnonHugePages") > 0 ? "transparent hugepages" : "ordinary pages";
}

function readProc(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
