import type { BenchCase, BenchReport } from "../bench.ts";
import { ratio } from "../bench/summary.ts";
import { right, table } from "./output.ts";

/** One encap: a row for each case, with its steps. */
export function describeOne(report: BenchReport): string {
  const names = Object.keys(report.steps);
  const columns = ["FLOWS", "MPPS", "MIN", "MAX", "CYCLES", ...names.map((n) => n.toUpperCase())];
  const rows = report.cases.map((row) => [
    WORDS[row.mode],
    row.flows,
    row.mpps.toFixed(2),
    row.mpps_min.toFixed(2),
    row.mpps_max.toFixed(2),
    row.cycles_per_packet.toFixed(0),
    ...names.map((name) => (row.steps[name] ?? 0).toFixed(0)),
  ]);
  const title = `${report.encap}, ${packets(report)}, ${conditions(report)}`;
  return [title, "", table(["CASE", ...columns.map(right)], rows)].join("\n");
}

/** Several encaps: a row for each, its Mpps in every case, and that as a part of the first one's. */
export function describeAll(reports: BenchReport[]): string {
  const first = reports[0]!;
  const titles = first.cases.flatMap((one) => [
    one.mode === "hit" ? `HIT ${one.flows}` : one.mode.toUpperCase(),
    `OF ${first.encap.toUpperCase()}`,
  ]);
  const rows = reports.map((report) => [
    report.encap,
    ...report.cases.flatMap((one, at) => [
      one.mpps.toFixed(2),
      `${(100 * ratio(one, first.cases[at]!)).toFixed(0)} %`,
    ]),
    packets(report),
  ]);
  const title = `Mpps with ${first.flows} flows, ${conditions(first)}`;
  return [title, "", table(["ENCAP", ...titles.map(right), "PACKETS"], rows)].join(
    "\n",
  );
}

/** `hit, 1000 flows` */
export function caseWords({ mode, flows }: Pick<BenchCase, "mode" | "flows">): string {
  return `${WORDS[mode]}, ${flows} flows`;
}

function packets({ frame_bytes, family }: BenchReport): string {
  return `${frame_bytes}-byte TCP over IPv${family}`;
}

function conditions({ servers, new_len, buckets, cpu, tsc_ghz, memory, rounds }: BenchReport) {
  return `${servers} servers, ${new_len} slots, ${buckets} buckets; ` +
    `one core of ${cpu}, ${tsc_ghz} GHz, ${memory}; median of ${rounds} rounds`;
}

const WORDS: Record<BenchCase["mode"], string> = {
  hit: "hit",
  first: "first packet",
  table: "table only",
};
