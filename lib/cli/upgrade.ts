import { resolve } from "node:path";
import type { Client } from "../client.ts";
import { NotAnsweringError } from "../client/transport.ts";
import { connectTo } from "../connect.ts";
import { defaultSocket } from "../paths.ts";
import { install, installPlace } from "../service/successor.ts";
import type { UpgradeView } from "../upgrade/view.ts";
import { JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { addExamples } from "./examples.ts";
import { CommandError } from "./exit.ts";
import type { Command } from "./mod.ts";
import { print, printJson, say } from "./output.ts";

/** Between two questions, milliseconds. */
const ASK_MS = 100;
/** Who is about to hand over may never answer; the other one then does. */
const ANSWER_MS = 2000;
/** While one hands over to the other nobody answers: longer than both together may take. */
const SILENCE_MS = 30_000;

/** `guideway upgrade FILE`: another executable takes the running one's place. */
export function register(program: Command): void {
  const upgrade = program.command("upgrade")
    .description(
      "Have another executable take the running program's place without losing a flow.\n" +
        "It is checked, started beside the running one, and given store, flows and ports\n" +
        "when it is ready for them. If it does not forward 10 s later, the old one goes\n" +
        "on. It may be an older version, too. What runs goes on, whatever run's --config\n" +
        "says.\n\n" +
        "Where the service's unit names the executable that runs, FILE is put there\n" +
        "afterwards, and what was there is kept beside it as NAME.previous. In a shell or\n" +
        "a container the first program stays, as the parent of the one that runs.",
    )
    .argument("<file>", "the new executable; the running program must be able to see it")
    .option("--no-install", "leave the executable that the service's unit names")
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (file, options) => {
      using client = connectTo({ socket: options.socket ?? defaultSocket() });
      const tell = options.json ? () => {} : tellSteps();
      const key = crypto.randomUUID();
      const done = await untilOver(client, await client.upgrade(resolve(file), key), tell);
      const failed = done.state === "failed";
      const place = failed || !options.install ? null : installPlace(done);
      const previous = place === null || place.link ? null : await install(done.file, place.path);
      if (options.json) printJson({ upgrade: done, installed: previous && place!.path });
      if (failed) {
        throw new CommandError(`the upgrade failed: ${done.reason}; the old program goes on`);
      }
      if (place?.link) {
        say(`the service's next start follows the link ${place.path}: let it lead to the new one`);
      } else if (previous !== null && !options.json) {
        print(`installed   ${place!.path} is the new one; ${previous} is the old one`);
      }
    });
  addExamples(upgrade, ["upgrade /usr/local/lib/guideway-1.1", "upgrade ./guideway --json"]);
}

/** Prints each step once. */
function tellSteps(): (upgrade: UpgradeView) => void {
  let told = 0;
  return ({ steps }) => {
    for (const { step, text } of steps.slice(told)) {
      print(`${step.replaceAll("_", " ").padEnd(11)} ${text}`);
    }
    told = Math.max(told, steps.length);
  };
}

/** Asks until it is over, whoever answers by then. @throws {CommandError} when nobody does any more */
async function untilOver(
  client: Client,
  begun: UpgradeView,
  tell: (upgrade: UpgradeView) => void,
): Promise<UpgradeView> {
  let upgrade = begun;
  let heard = performance.now();
  for (;;) {
    tell(upgrade);
    if (upgrade.state !== "running") return upgrade;
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    try {
      upgrade = await client.lastUpgrade(AbortSignal.timeout(ANSWER_MS)) ?? upgrade;
      heard = performance.now();
    } catch (error) {
      if (!(error instanceof NotAnsweringError)) throw error;
      if (performance.now() - heard > SILENCE_MS) {
        say("neither the old program nor the new one answers");
        throw error;
      }
    }
    if (upgrade.id !== begun.id) throw new CommandError("another upgrade began meanwhile");
  }
}
