import { resolve } from "node:path";
import { installSteps, type Step, uninstallSteps } from "../service/files.ts";
import { below, CONFIG, programCommand, STATE, UNIT } from "../service/place.ts";
import { systemctl, systemdRuns } from "../service/systemd.ts";
import { addExamples } from "./examples.ts";
import { CommandError } from "./exit.ts";
import type { Command } from "./mod.ts";
import { print, say } from "./output.ts";
import { readListen, readTls } from "./run.ts";

const ROOT_OPTION = ["--root <dir>", "write below another root, as packages and tests do"] as const;
const DRY_RUN = ["--dry-run", "say what would be done and do nothing"] as const;

/** `guideway service`: the program as a service of systemd. */
export function register(program: Command): void {
  const service = program.command("service")
    .description("Run the load balancer as a service of systemd.");
  const install = service.command("install")
    .description(
      "Write a unit, a folder for the state and a configuration to begin with. One that is there stays.",
    )
    .option("--config <file>", "the truth at every start", CONFIG)
    .option("--no-config", "no file: the last stored revision goes on at each start")
    .option("--state <dir>", "where revisions are stored", STATE)
    .option("--listen <address:port>", "for REST and the page, as run has it", "127.0.0.1:8480")
    .option("--tls-cert <file>", "certificate for --listen, PEM, with its chain")
    .option("--tls-key <file>", "its private key, PEM")
    .option("--require-token", "whoever asks over TCP needs a token, on loopback too")
    .option(...ROOT_OPTION)
    .option(...DRY_RUN)
    .action((options) => {
      const tls = readTls(options);
      readListen(options.listen, tls !== null);
      return carryOut("install", options, (root) =>
        installSteps(root, {
          config: options.config === false ? null : resolve(options.config),
          state: resolve(options.state),
          listen: options.listen,
          tls: tls && { cert: resolve(tls.cert), key: resolve(tls.key) },
          requireToken: options.requireToken ?? false,
          command: programCommand(),
        }));
    });
  addExamples(install, [
    "service install --dry-run",
    "service install --root ./package --listen 127.0.0.1:8480",
  ]);
  const uninstall = service.command("uninstall")
    .description("Remove what install wrote; the configuration and the state stay.")
    .option("--purge", "remove the configuration and the state, too")
    .option(...ROOT_OPTION)
    .option(...DRY_RUN)
    .action((options) =>
      carryOut("uninstall", options, (root) => uninstallSteps(root, options.purge ?? false))
    );
  addExamples(uninstall, [
    "service uninstall --root ./package --dry-run",
    "service uninstall --root ./package",
  ]);
  addExamples(service, ["service install --dry-run"]);
}

async function carryOut(
  what: "install" | "uninstall",
  options: { root?: string; dryRun?: true },
  plan: (root: string) => Step[],
): Promise<void> {
  const root = resolve(options.root ?? "/");
  const steps = plan(root);
  if (options.dryRun) return steps.forEach(tell);
  const here = root === "/" && systemdRuns();
  try {
    if (what === "uninstall" && here) await systemctl("disable", "--now", "guideway.service");
    for (const step of steps) {
      await step.act?.();
      print(`${step.path}: ${step.what}`);
    }
    if (here) await systemctl("daemon-reload");
  } catch (error) {
    throw explained(error);
  }
  say(next(what, root, here));
}

/** What would be done, with the text of each file. */
function tell({ path, what, text, act }: Step): void {
  print(act === null ? `${path}: ${what}` : `${path}: would be ${what}`);
  if (text !== undefined) print(text.replace(/^(?=.)/gm, "    ").trimEnd());
}

function explained(error: unknown): unknown {
  const denied = error instanceof Error && "code" in error &&
    (error.code === "EACCES" || error.code === "EPERM" || error.code === "EROFS");
  return denied
    ? new CommandError(`${error.message}: use sudo, or --root DIR to write elsewhere`)
    : error;
}

/** What to type now. */
function next(what: "install" | "uninstall", root: string, here: boolean): string {
  if (root !== "/") return `written below ${root}: nothing was told to this machine's systemd`;
  if (!here) {
    const unit = below(root, UNIT);
    return what === "install"
      ? `systemd does not run here, so nothing was started; where it runs: systemctl enable --now ${unit}`
      : "systemd does not run here, so nothing was stopped";
  }
  return what === "install"
    ? "Look at the configuration, then: guideway doctor && systemctl enable --now guideway\n" +
      "Where it runs already: systemctl restart guideway"
    : "guideway is stopped and no longer starts by itself";
}
