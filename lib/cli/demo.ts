import type { Command } from "./mod.ts";
import { addExamples } from "./examples.ts";
import { CommandError, EXIT, usageError } from "./exit.ts";
import { print, printJson, say, write } from "./output.ts";

/** Hangs `demo` and the programs that it starts in its namespaces on the program. */
export function register(program: Command): void {
  const demo = program.command("demo")
    .description("real HTTP through two GRE virtual IPs, in network namespaces (root)")
    .option("--once", "send 600 requests, judge the result, end")
    .option("--json", "print the result as one JSON object")
    .option("--seconds <n>", "end after so many seconds", readSeconds)
    .action(demoAction);
  addExamples(demo, ["demo", "demo --once --json"]);
  demo.command("server <name>", { hidden: true }).action(serverAction);
  demo.command("client", { hidden: true })
    .option("--rounds <n>", "rounds of requests", Number)
    .option("--gap <ms>", "pause after a request", Number)
    .action(clientAction);
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0)) throw usageError(`--seconds: ${text} is not a number above 0`);
  return seconds;
}

/** Aborts when somebody asks the demo to end, or the program that started it is gone. */
async function watchForEnd(): Promise<{ signal: AbortSignal } & Disposable> {
  const { intact, launchers } = await import("../launchers.ts");
  const controller = new AbortController();
  const end = () => controller.abort(new CommandError("the demo was ended", EXIT.failed));
  const signals: Deno.Signal[] = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const one of signals) Deno.addSignalListener(one, end);
  const chain = launchers();
  const timer = setInterval(() => intact(chain) || end(), 500);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      clearInterval(timer);
      for (const one of signals) Deno.removeSignalListener(one, end);
    },
  };
}

async function demoAction(
  options: { once?: true | undefined; json?: true | undefined; seconds?: number | undefined },
): Promise<void> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) {
    throw new CommandError("the demo makes network namespaces: it needs Linux and root (sudo)");
  }
  const { runDemo } = await import("../demo/run.ts");
  using end = await watchForEnd();
  const result = await runDemo({
    once: options.once ?? false,
    quiet: options.json ?? false,
    seconds: options.seconds,
    signal: end.signal,
  }, { write, say });
  if (options.json) printJson(result);
  if (!result.ok) throw new CommandError("", EXIT.failed);
}

async function serverAction(name: string): Promise<void> {
  const { READY, runServer } = await import("../demo/server.ts");
  await runServer(name, () => print(READY));
}

async function clientAction(
  options: { rounds?: number | undefined; gap?: number | undefined },
): Promise<void> {
  const { runClient } = await import("../demo/client.ts");
  const controller = new AbortController();
  Deno.addSignalListener("SIGTERM", () => controller.abort());
  await runClient(
    { rounds: options.rounds ?? Infinity, gap: options.gap ?? 0, signal: controller.signal },
    (tally) => print(JSON.stringify(tally)),
  );
}
