import { type Config, parseConfigText } from "../config.ts";
import { connectTo } from "../connect.ts";
import { examine, type Finding } from "../doctor.ts";
import { Machine } from "../machine.ts";
import { defaultSocket } from "../paths.ts";
import { JSON_OPTION } from "./client.ts";
import { addExamples } from "./examples.ts";
import { CommandError } from "./exit.ts";
import { readText } from "./files.ts";
import type { Command } from "./mod.ts";
import { SYS_ROOT_OPTION } from "./nic.ts";
import { print, printJson, say } from "./output.ts";

/** `guideway doctor`: does this machine fit, and what to type where it does not. */
export function register(program: Command): void {
  const doctor = program.command("doctor")
    .description(
      "Look whether this machine fits the configuration, and say what to type where it does not. " +
        "Changes nothing; ends with 1 when something is bad.",
    )
    .option("--config <file>", "the configuration; without it that of the program that runs here")
    .option("--problems", "leave out what is well")
    .option(...SYS_ROOT_OPTION)
    .option(...JSON_OPTION)
    .action(async (options) => {
      const machine = new Machine(options.sysRoot);
      const { config, of } = await configOf(machine, options.config);
      const all = await examine(machine, config);
      const shown = options.problems ? all.filter(({ state }) => state !== "ok") : all;
      if (options.json) printJson({ config: of, findings: shown });
      else print([...shown.map(lines), summary(all, of)].join("\n"));
      if (all.some(({ state }) => state === "bad")) throw new CommandError("");
    });
  addExamples(doctor, [
    "doctor --config guideway.yaml",
    "doctor --problems",
    "doctor --config guideway.yaml --json",
  ]);
}

/** The configuration, and where it is from. */
async function configOf(
  machine: Machine,
  file: string | undefined,
): Promise<{ config: Config | null; of: string | null }> {
  if (file !== undefined) return { config: parseConfigText(await readText(file), file), of: file };
  if (!machine.here) return { config: null, of: null };
  const socket = defaultSocket();
  using client = connectTo({ socket });
  try {
    return { config: (await client.config()).config, of: socket };
  } catch {
    say(`no program answers at ${socket}: only the machine is looked at; --config FILE tells more`);
    return { config: null, of: null };
  }
}

const WORDS = { ok: "ok  ", note: "note", warn: "WARN", bad: "BAD " } as const;

function lines({ name, state, found, why, type }: Finding): string {
  const first = `${WORDS[state]}  ${name.padEnd(11)}  ${found}`;
  if (state === "ok") return first;
  return [first, `      ${why}`, ...type.map((line) => `        ${line}`)].join("\n");
}

function summary(all: Finding[], of: string | null): string {
  const count = (state: Finding["state"]) => all.filter((one) => one.state === state).length;
  const about = of === null ? "the machine alone" : `the machine for ${of}`;
  return `\n${about}: ${count("bad")} bad, ${count("warn")} warnings, ${count("note")} notes, ${
    count("ok")
  } ok`;
}
