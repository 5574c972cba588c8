import { type BenchCase, type BenchReport, runBenchmark } from "../bench.ts";
import { simulate } from "../native.ts";
import type { Command } from "./mod.ts";
import { JSON_OPTION } from "./client.ts";
import { usageError } from "./exit.ts";
import { print, printJson, right, say, table } from "./output.ts";
import { wholeNumber } from "./vip_words.ts";

/** `guideway bench`: the speed of the packet steps on this machine. */
export function register(program: Command): void {
  program.command("bench")
    .description("Measure the packet steps on one core of this machine, without any port.")
    .option("--encap <encap>", "gre4 or gre6", "gre4")
    .option("--flows <n>", "different flows, in shuffled order", "1000000")
    .option("--servers <n>", "servers of the VIP", "100")
    .option("--seconds <s>", "how long each case is measured", "5")
    .option("--new-len <n>", "slots of the new-connection table, a power of two", "65536")
    .option("--buckets <n>", "of the established-connections table, a power of two", "1048576")
    .option(...JSON_OPTION)
    .addHelpText("after", NOTES)
    .action(async (options) => {
      const duration = seconds(options.seconds);
      await using simulation = simulate();
      const report = await runBenchmark(simulation, {
        encap: encap(options.encap),
        flows: wholeNumber("--flows", options.flows, 1, 2 ** 26),
        servers: wholeNumber("--servers", options.servers, 1, 65_535),
        seconds: duration,
        newLength: powerOfTwo("--new-len", options.newLen, 2 ** 24),
        buckets: powerOfTwo("--buckets", options.buckets, 2 ** 26),
      }, ({ mode, flows }) => say(`measuring for ${duration} s: ${WORDS[mode]}, ${flows} flows`));
      if (options.json) printJson(report);
      else printReport(report);
    });
}

function encap(text: string): "gre4" | "gre6" {
  if (text === "gre4" || text === "gre6") return text;
  throw usageError(`--encap is gre4 or gre6, not ${JSON.stringify(text)}`);
}

function seconds(text: string): number {
  const value = Number(text);
  if (/^[0-9.]+$/.test(text) && value >= 0.05 && value <= 3600) return value;
  throw usageError(`--seconds is a number from 0.05 to 3600, not ${JSON.stringify(text)}`);
}

function powerOfTwo(option: string, text: string, max: number): number {
  const value = wholeNumber(option, text, 1, max);
  if (Number.isInteger(Math.log2(value))) return value;
  throw usageError(`${option} is a power of two, not ${value}`);
}

function printReport(report: BenchReport): void {
  const { encap, servers, new_len, buckets, frame_bytes, rounds, cpu, tsc_ghz, memory } = report;
  print(
    `${encap}, ${frame_bytes}-byte TCP over IPv4, ${servers} servers, ${new_len} slots, ` +
      `${buckets} buckets; one core of ${cpu}, ${tsc_ghz} GHz, ${memory}; median of ${rounds} rounds`,
  );
  print("");
  const names = Object.keys(report.steps);
  const columns = ["FLOWS", "MPPS", "MIN", "MAX", "CYCLES", ...names.map((n) => n.toUpperCase())];
  print(table(
    ["CASE", ...columns.map(right)],
    report.cases.map((row) => [
      WORDS[row.mode],
      row.flows,
      row.mpps.toFixed(2),
      row.mpps_min.toFixed(2),
      row.mpps_max.toFixed(2),
      row.cycles_per_packet.toFixed(0),
      ...names.map((name) => (row.steps[name] ?? 0).toFixed(0)),
    ]),
  ));
}

const WORDS: Record<BenchCase["mode"], string> = {
  hit: "hit",
  first: "first packet",
  table: "table only",
};

const NOTES = `
Cases: hit (packets of remembered flows; with 1,000 flows, and with those asked for), first packet
(every packet begins a flow), table only (the flow table is full of others). Cycles are per packet,
in total and by step; the generator is left out. Run it while nothing else runs.`;
