import type { Command } from "./mod.ts";
import { usageError } from "./exit.ts";
import { addExamples } from "./examples.ts";
import { say } from "./output.ts";
import { untilSignal } from "./signals.ts";
import { wholeNumber } from "./vip_words.ts";

/** `guideway decap`: a server's side of the tunnel, where its kernel has none. */
export function register(program: Command): void {
  const decap = program.command("decap")
    .description(
      "On an application server whose kernel has no tunnels: take GRE, IPIP and GUE packets (over " +
        "IPv4 and IPv6) apart and hand what was inside to a tun device, until SIGINT or SIGTERM.",
    )
    .requiredOption("--tun <name>", "the tun device; made if it is not there")
    .option("--gue-port <port>", "UDP port of GUE", "6080")
    .action(async ({ tun, guePort: text }) => {
      if (!/^[^\s/]{1,15}$/.test(tun)) throw usageError(`--tun: not a device name: ${tun}`);
      const guePort = wholeNumber("--gue-port", text, 1, 65_535);
      const { decap } = await import("../native.ts");
      const packets = await untilSignal(async (signal) => {
        const running = decap(tun, { signal, guePort });
        await running.done;
        return running.packets();
      });
      say(`${packets} packets were taken apart`);
    });
  addExamples(decap, ["decap --tun gw0", "decap --tun gw0 --gue-port 6081"]);
}
