/**
 * What `guideway --help` says: the first steps, and every verb, on one screen.
 *
 * @module
 */
import { GROUPS, type VerbEntry } from "./verbs.ts";

export const PURPOSE = "A layer-4 load balancer: Maglev steering by GRE, IPIP, GUE, L3DSR or NAT.";

const STEPS = `The first three steps:
  guideway run --config guideway.yaml      start it; README.md has a file
  guideway server add 90.0.0.0/8 10.0.0.3  change it; --dry-run tells before
  guideway top                             see it work`;

const END = `Each command has --help with examples. Those that read have --json and --watch.
-V, --version prints the versions; -h, --help prints this.`;

/** All of it, with an end of line. */
export function rootHelp(): string {
  const width = Math.max(
    ...GROUPS.flatMap(({ verbs }) => lines(verbs)).map(([name]) => name.length),
  );
  const groups = GROUPS.map(({ title, verbs }) =>
    [`${title}:`, ...lines(verbs).map(([name, text]) => `  ${name.padEnd(width)}  ${text}`)].join(
      "\n",
    )
  );
  return ["Usage: guideway COMMAND [OPTION...]", PURPOSE, STEPS, ...groups, END].join("\n\n") +
    "\n";
}

/** VPP's four words do one thing, and take one line; so do others with one summary. */
function lines(verbs: VerbEntry[]): [string, string][] {
  const vpp = verbs.filter(({ summary }) => summary.startsWith("VPP's lines: "));
  const others = Map.groupBy(verbs.filter((verb) => !vpp.includes(verb)), (verb) => verb.summary);
  return [
    ...vpp.length === 0
      ? []
      : [[vpp.map(({ name }) => name).join(" "), "VPP's own commands"] as [string, string]],
    ...[...others].map(([summary, verbs]): [string, string] => [
      verbs.map(({ name }) => name).join(" "),
      summary,
    ]),
  ];
}
