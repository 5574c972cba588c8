/**
 * Rounds of one case, as one row.
 *
 * @module
 */
import type { BenchResult } from "../dataplane.ts";

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
  /** Of each round, in the order measured: encaps that take turns are compared round by round. */
  mpps_rounds: number[];
  /** All steps together, without the generator. */
  cycles_per_packet: number;
  /** Cycles a packet by step, in packet order. */
  steps: Record<string, number>;
  packets: number;
}

/** All numbers are of one round, the median: only so do the steps make up the whole. */
export function summary(rounds: BenchResult[]): Omit<BenchCase, "mode" | "flows"> {
  const speed = ({ packets, cycles, tscHz }: BenchResult) => packets * tscHz / cycles / 1e6;
  const sorted = rounds.toSorted((a, b) => speed(a) - speed(b));
  const middle = sorted[Math.floor(sorted.length / 2)]!;
  const perPacket = (cycles: number) => rounded(cycles / middle.packets);
  return {
    mpps: rounded(speed(middle)),
    mpps_min: rounded(speed(sorted[0]!)),
    mpps_max: rounded(speed(sorted.at(-1)!)),
    mpps_rounds: rounds.map((round) => rounded(speed(round))),
    cycles_per_packet: perPacket(middle.cycles),
    steps: Object.fromEntries(
      Object.entries(middle.steps).map(([step, cycles]) => [step, perPacket(cycles)]),
    ),
    packets: rounds.reduce((sum, { packets }) => sum + packets, 0),
  };
}

/** Speed as a part of another's, both measured in turns: the median over the rounds. */
export function ratio(one: BenchCase, other: BenchCase): number {
  const ratios = one.mpps_rounds.map((mpps, round) => mpps / other.mpps_rounds[round]!);
  return ratios.sort((a, b) => a - b)[Math.floor(ratios.length / 2)]!;
}

/** To two digits behind the point. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
