import { runBenchmarks } from "../bench.ts";
import { type Encap, ENCAPS } from "../dataplane.ts";
import { simulate } from "../native.ts";
import { caseWords, describeAll, describeOne } from "./bench_tables.ts";
import type { Command } from "./mod.ts";
import { addExamples } from "./examples.ts";
import { JSON_OPTION } from "./client.ts";
import { usageError } from "./exit.ts";
import { print, printJson, say } from "./output.ts";
import { wholeNumber } from "./vip_words.ts";

/** `guideway bench`: the speed of the packet steps on this machine. */
export function register(program: Command): void {
  const bench = program.command("bench")
    .description("Measure the packet steps on one core of this machine, without any port.")
    .option("--encap <encap>", `one of ${ENCAPS.join(", ")}; several with commas, or all`, "gre4")
    .option("--flows <n>", "different flows, in shuffled order", "1000000")
    .option("--servers <n>", "servers of the VIP", "100")
    .option("--seconds <s>", "how long each case is measured", "5")
    .option("--new-len <n>", "slots of the new-connection table, a power of two", "65536")
    .option("--buckets <n>", "of the established-connections table, a power of two", "1048576")
    .option(...JSON_OPTION)
    .action(async (options) => {
      const duration = seconds(options.seconds);
      const encaps = readEncaps(options.encap);
      await using simulation = simulate();
      const reports = await runBenchmarks(simulation, {
        encaps,
        flows: wholeNumber("--flows", options.flows, 1, 2 ** 26),
        servers: wholeNumber("--servers", options.servers, 1, 65_535),
        seconds: duration,
        newLength: powerOfTwo("--new-len", options.newLen, 2 ** 24),
        buckets: powerOfTwo("--buckets", options.buckets, 2 ** 26),
      }, (next) => say(`measuring for ${duration * encaps.length} s: ${caseWords(next)}`));
      const [first] = reports;
      if (options.json) printJson(reports.length === 1 ? first : reports);
      else print(reports.length === 1 ? describeOne(first!) : describeAll(reports));
    });
  addExamples(bench, [
    "bench --encap l3dsr --seconds 10",
    "bench --encap gre4,nat4",
    "bench --encap all",
  ], NOTES);
}

/** @throws {CommandError} wrong usage */
function readEncaps(text: string): Encap[] {
  if (text === "all") return [...ENCAPS];
  return [...new Set(text.split(","))].map((word) => {
    const encap = ENCAPS.find((one) => one === word);
    if (encap !== undefined) return encap;
    throw usageError(`--encap is one of ${ENCAPS.join(", ")}, or all, not ${JSON.stringify(word)}`);
  });
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

const NOTES =
  `Cases: hit (packets of remembered flows; with 1,000 flows, and with those asked for), first packet
(every packet begins a flow), table only (the flow table is full of others). Cycles are per packet,
in total and by step; the generator is left out. Several encaps take turns, round by round, and
are compared with the first of them. nat is measured per port, with the ways back remembered. Run
it while nothing else runs.`;
