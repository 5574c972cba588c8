import { parseConfigText } from "../config.ts";
import { simulate } from "../native.ts";
import { offlineTables } from "../offline.ts";
import { replay, type ReplaySummary } from "../replay.ts";
import type { Command } from "./mod.ts";
import { addExamples } from "./examples.ts";
import {
  FrameFile,
  JsonLines,
  namedCapture,
  openCapture,
  requireDifferent,
} from "./capture_files.ts";
import { readText } from "./files.ts";
import { say, table } from "./output.ts";

/** What `guideway replay` is told. */
interface ReplayOptions {
  config: string;
  in: string;
  out: string;
  verdicts?: string | undefined;
}

/** `guideway replay`: a capture through the packet steps, without root, NIC or hugepages. */
export function register(program: Command): void {
  const replay = program.command("replay")
    .description("Send a capture through the packet steps, without root, NIC or hugepages.")
    .requiredOption("--config <file>", "configuration in YAML or JSON; - reads standard input")
    .requiredOption("--in <pcap>", "capture to read: pcap or pcapng, Ethernet; - for stdin")
    .requiredOption("--out <pcap>", "pcap file for the frames that leave; - for stdout")
    .option("--verdicts <jsonl>", "file for what became of each packet, one JSON object a line")
    .action(replayFiles);
  addExamples(replay, [
    "replay --config guideway.yaml --in in.pcap --out out.pcap --verdicts verdicts.jsonl",
  ], NOTES);
}

/** Replays files. @throws {CommandError} and {@linkcode RefusedError} with sentences. */
async function replayFiles(options: ReplayOptions): Promise<void> {
  const named = [options.config, options.in, options.out, options.verdicts];
  requireDifferent(named.filter((path) => path !== undefined));
  const config = parseConfigText(await readText(options.config), options.config);
  const tables = offlineTables(config);
  for (const sentence of tables.assumed) say(`guideway: ${sentence}`);
  await using simulation = simulate();
  using input = openCapture(options.in);
  const { capture } = input;
  using output = new FrameFile(options.out, () => capture.precision());
  using lines = options.verdicts === undefined ? null : new JsonLines(options.verdicts);
  try {
    const summary = await replay(simulation, tables, capture, {
      frame: (packet) => output.write(packet),
      ...(lines === null ? {} : { verdict: (line) => lines.write(line) }),
    });
    summarize(summary);
  } catch (error) {
    throw namedCapture(options.in, error);
  } finally {
    output.end();
    lines?.end();
  }
}

function summarize({ packets, forwarded, made, verdicts, seconds, flows }: ReplaySummary): void {
  say(
    `${packets} packets in ${seconds} s of capture: ${forwarded} forwarded, ` +
      `${packets - forwarded} not; ${flows} flows remembered at the end`,
  );
  if (made > 0) say(`${made} frames left besides: ICMP errors and further fragments`);
  if (packets === 0) return;
  const rows = Object.entries(verdicts).map(([name, count]) => [name, count]);
  say(table(["VERDICT", { name: "PACKETS", align: ">" }], rows));
}

const NOTES =
  `The flow table is empty at first, and its clock follows the times of the capture. The frames'
destination MAC addresses do not matter. All frames leave for the first next_hop of the
configuration's interfaces, from 02:00:00:00:00:01. ICMP errors and fragments that a packet
gives rise to stand behind it, at its time.`;
