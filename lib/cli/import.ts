import type { Command } from "./mod.ts";
import { usageError } from "./exit.ts";
import { addExamples } from "./examples.ts";
import { readText } from "./files.ts";
import { print, say } from "./output.ts";
import { formatConfig } from "../config.ts";
import type { Imported, Sources } from "../import/assemble.ts";
import { importIpvsadm } from "../import/ipvsadm.ts";
import { formatNotes } from "../import/note.ts";
import { importVpp } from "../import/vpp.ts";
import { NetError, parseAddressOf } from "../net.ts";

/** `guideway import vpp|ipvsadm FILE`: a configuration from what another program has. */
export function register(program: Command): void {
  const verb = program.command("import")
    .description("Print a configuration made from what another program has.");
  registerFormat(verb as unknown as Command, {
    name: "vpp",
    description: "From a VPP startup or exec script.",
    examples: [
      "import vpp startup.conf > guideway.yaml",
      "import vpp startup.conf --ip6-src-address 2001:db8::10",
    ],
    read: importVpp,
  });
  registerFormat(verb as unknown as Command, {
    name: "ipvsadm",
    description: "From the output of ipvsadm-save -n.",
    examples: ["ipvsadm-save -n | guideway import ipvsadm - --ip4-src-address 192.0.2.10"],
    read: importIpvsadm,
  });
  addExamples(verb, [
    "import vpp startup.conf > guideway.yaml",
    "ipvsadm-save -n | guideway import ipvsadm - --ip4-src-address 192.0.2.10",
  ], NOTES);
}

interface Format {
  name: string;
  description: string;
  examples: string[];
  read: (text: string, sources: Sources) => Imported;
}

function registerFormat(verb: Command, { name, description, examples, read }: Format): void {
  const format = verb.command(name)
    .description(description)
    .argument("<file>", "- reads standard input")
    .option("--ip4-src-address <address>", "the node's own address, where the file does not say")
    .option("--ip6-src-address <address>", "the same over IPv6")
    .action(async (file, options) => {
      const sources = {
        ...source(4, options.ip4SrcAddress),
        ...source(6, options.ip6SrcAddress),
      };
      const { config, notes } = read(await readText(file), sources);
      say(formatNotes(notes, file));
      print(formatConfig(config).trimEnd());
    });
  addExamples(format, examples);
}

/** @throws {CommandError} wrong usage */
function source(family: 4 | 6, text: string | undefined): Sources {
  if (text === undefined) return {};
  try {
    return { [`ip${family}_src_address`]: parseAddressOf(family, text).text };
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    throw usageError(`--ip${family}-src-address: ${error.message}`);
  }
}

const NOTES =
  `The configuration goes to standard output. What was left out, or is not the same here, goes to
standard error as FILE:LINE: with the reason.`;
