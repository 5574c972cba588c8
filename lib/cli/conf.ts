import type { Command } from "./mod.ts";
import { connect, DRY_RUN_OPTION, JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import type { TargetOptions } from "./target.ts";
import { usageError } from "./exit.ts";
import { addExamples } from "./examples.ts";
import { printApplied } from "./plan.ts";
import { wholeNumber } from "./vip_words.ts";
import { COUNT_OPTION, read, WATCH_OPTION } from "./watch.ts";

/** `guideway conf show|set`. */
export function register(program: Command): void {
  const conf = program.command("conf").description("Show and change the settings of the whole.");
  registerShow(conf as unknown as Command);
  registerSet(conf as unknown as Command);
  addExamples(conf, ["conf show", "conf set --timeout 60"]);
}

function registerShow(conf: Command): void {
  const show = conf.command("show")
    .description("The settings as they run.")
    .option(...WATCH_OPTION)
    .option(...COUNT_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action((options) =>
      read(options, {
        ask: async (client) => (await client.config()).config.conf,
        text: ({ value }) => {
          const rows = Object.entries(value);
          const width = Math.max(...rows.map(([name]) => name.length));
          return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
        },
      })
    );
  addExamples(show, ["conf show", "conf show --json"]);
}

function registerSet(conf: Command): void {
  const set = conf.command("set")
    .description(
      "Change settings; flows stay. none takes a setting away, so that its default counts.",
    )
    .option("--ip4-src-address <address>", "the node's own address: outer source, node ports")
    .option("--ip6-src-address <address>", "the same over IPv6")
    .option("--ip4-entropy <prefix>", "gre and ipip take outer sources from it, by flow")
    .option("--ip6-entropy <prefix>", "the same over IPv6")
    .option("--gue-port <port>", "UDP destination port of gue")
    .option("--buckets <n>", "of each worker's established-connections table, a power of two")
    .option("--timeout <s>", "seconds without a packet after which a flow ends")
    .option("--hash-key <hex>", "of the flow hash, 32 hex digits")
    .option(...DRY_RUN_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (options) => {
      const { dryRun = false, json, socket: _s, url: _u, tokenFile: _t, ca: _c, ...settings } =
        options as typeof options & TargetOptions;
      const fields = readSettings(settings);
      using client = connect(options);
      printApplied(await client.updateConf(fields, { dryRun }), json);
    });
  addExamples(set, [
    "conf set --ip4-src-address 192.0.2.1 --timeout 60",
    "conf set --ip4-entropy 192.0.2.128/25 --dry-run",
    "conf set --ip4-entropy none",
  ]);
}

/** The given options as settings; the program judges what words mean. @throws {CommandError} wrong usage */
function readSettings(options: Record<string, string | undefined>): Record<string, unknown> {
  const given = Object.entries(options).filter(([, text]) => text !== undefined);
  if (given.length === 0) throw usageError("nothing to set; --help tells what can be");
  return Object.fromEntries(given.map(([option, text]) => readSetting(option, text!)));
}

/** `guePort` is `--gue-port` and `gue_port`. */
function readSetting(option: string, text: string): [string, unknown] {
  const words = option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const name = words.replaceAll("-", "_");
  if (text === "none") return [name, null];
  if (!NUMBERS.has(name)) return [name, text];
  return [name, wholeNumber(`--${words}`, text, 1, 2 ** 32)];
}

const NUMBERS = new Set(["gue_port", "buckets", "timeout"]);
