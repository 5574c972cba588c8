/**
 * argv → command → exit code. The only file that names the command line library; a verb's file exports
 * `register(program)`, hangs its command on the program there, and is loaded only when it is asked for.
 *
 * An action prints through `output.ts` and returns, or throws: {@linkcode CommandError} with the exit
 * code of its choice, `RefusedError` (4), or anything else whose message is a sentence (1).
 *
 * @module
 */
import { Command, CommanderError } from "@commander-js/extra-typings";
import { EXIT, type ExitCode } from "./exit.ts";
import { exitCodeOf, sentenceOf } from "./failure.ts";
import { OutputClosed, say, write } from "./output.ts";
import { addTargetOptions } from "./target.ts";
import { VERSION } from "../version.ts";
import { spellOutWatch } from "./spell_out.ts";

export type { Command };

/** What the file of a verb exports. */
export interface Verb {
  /**
   * Hangs the verb, its options and its action on the program.
   *
   * @param tree The whole command line, with the verb loaded that the words name.
   */
  register(program: Command, tree: (words: string[]) => Promise<Command>): void;
}

interface VerbEntry {
  name: string;
  summary: string;
  load: () => Promise<Verb>;
}

const VERBS: VerbEntry[] = [
  { name: "run", summary: "run the load balancer", load: () => import("./run.ts") },
  { name: "apply", summary: "send a whole configuration", load: () => import("./apply.ts") },
  { name: "status", summary: "what the program does now", load: () => import("./status.ts") },
  { name: "top", summary: "all of it, live on the whole terminal", load: () => import("./top.ts") },
  { name: "vip", summary: "list, add, change and remove VIPs", load: () => import("./vip.ts") },
  {
    name: "server",
    summary: "list and change servers of a VIP",
    load: () => import("./server.ts"),
  },
  { name: "conf", summary: "settings of the whole", load: () => import("./conf.ts") },
  {
    name: "revision",
    summary: "what ran before, and the way back",
    load: () => import("./revision.ts"),
  },
  { name: "token", summary: "who may ask from elsewhere", load: () => import("./token.ts") },
  { name: "audit", summary: "who changed what", load: () => import("./audit.ts") },
  { name: "counters", summary: "packets, bytes and drops", load: () => import("./counters.ts") },
  { name: "events", summary: "what happens, as it happens", load: () => import("./events.ts") },
  { name: "flows", summary: "remembered flows", load: () => import("./flows.ts") },
  {
    name: "neighbours",
    summary: "where packets leave",
    load: () => import("./neighbours.ts"),
  },
  { name: "trace", summary: "where a packet would go, and why", load: () => import("./trace.ts") },
  { name: "lb", summary: "VPP's lines: VIPs and servers", load: () => import("./lb.ts") },
  { name: "show", summary: "VPP's lines: what runs", load: () => import("./show.ts") },
  { name: "set", summary: "VPP's lines: interfaces", load: () => import("./set.ts") },
  { name: "test", summary: "VPP's lines: forget flows", load: () => import("./test.ts") },
  { name: "exec", summary: "VPP's lines of a file, at once", load: () => import("./exec.ts") },
  { name: "shell", summary: "a prompt for VPP's lines", load: () => import("./shell.ts") },
  {
    name: "import",
    summary: "a configuration from VPP or ipvsadm",
    load: () => import("./import.ts"),
  },
  {
    name: "replay",
    summary: "send a capture through the steps",
    load: () => import("./replay.ts"),
  },
  { name: "bench", summary: "measure the packet steps", load: () => import("./bench.ts") },
  { name: "decap", summary: "take tunnels apart for a server", load: () => import("./decap.ts") },
  {
    name: "completions",
    summary: "Tab in bash, zsh and fish",
    load: () => import("./completions.ts"),
  },
  { name: "demo", summary: "real traffic in namespaces", load: () => import("./demo.ts") },
];

/** Runs the command that `args` names; never throws and never ends the process. */
export async function main(words: string[]): Promise<ExitCode> {
  const args = spellOutWatch(words);
  try {
    const program = await createProgram(args);
    await program.parseAsync(args, { from: "user" });
    return EXIT.done;
  } catch (error) {
    return explain(error);
  }
}

/** The command line, with the verb loaded that the words name. */
export async function createProgram(args: string[]): Promise<Command> {
  const program = new Command("guideway")
    .description(
      "A layer-4 load balancer: Maglev steering to servers by GRE, IPIP, GUE, L3DSR or NAT.",
    )
    .version(`guideway ${VERSION}`, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .showHelpAfterError("(--help tells more)")
    .configureOutput({ writeOut: write, writeErr: say })
    .exitOverride();
  const words = args.filter((arg) => !arg.startsWith("-"));
  const wanted = words[0] === "help" ? words[1] : words[0];
  for (const verb of VERBS) {
    if (verb.name === wanted) {
      (await verb.load()).register(program as unknown as Command, createProgram);
    } else program.command(verb.name).description(verb.summary);
  }
  addTargetOptions(program as unknown as Command);
  return program as unknown as Command;
}

/** Says what went wrong, in a sentence and never a stack. */
function explain(error: unknown): ExitCode {
  if (error instanceof OutputClosed) return EXIT.done;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const sentence = sentenceOf(error);
  if (sentence !== "") say(`guideway: ${sentence}`);
  return exitCodeOf(error);
}
