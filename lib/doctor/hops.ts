/**
 * The next hops of a configuration's servers, as the program would find them.
 *
 * @module
 */
import type { Config } from "../config.ts";
import type { Machine } from "../machine.ts";
import { findNextHops, type NextHops } from "../next_hops.ts";
import { type Kernel, kernel } from "../next_hops/kernel.ts";
import { parseIpAnswers } from "./ip_answers.ts";

/** How often and how long to wait for neighbours that the kernel was made to look for, milliseconds. */
const LOOKS = 4;
const PAUSE_MS = 500;

/** By server address. */
export async function hopsOf(machine: Machine, { interfaces, vips }: Config): Promise<NextHops> {
  const addresses = vips.flatMap(({ servers }) => servers.map(({ address }) => address));
  const source = machine.here ? kernel : copyOf(machine);
  let hops = await findNextHops(source, interfaces, addresses);
  for (let look = 1; machine.here && look < LOOKS && waits(hops); look++) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    hops = await findNextHops(source, interfaces, addresses, hops);
  }
  return hops;
}

function waits(hops: NextHops): boolean {
  return [...hops.values()].some(({ reason }) => reason?.endsWith(" yet"));
}

/** Answers that were kept, in place of a kernel. */
function copyOf(machine: Machine): Kernel {
  return {
    own: () => [],
    async view(addresses) {
      const asked = addresses.filter((address) => !address.includes("/"))
        .map((address) => machine.ask("ip", "-j", "route", "get", address));
      const answers = await Promise.all([...asked, machine.ask("ip", "-j", "neigh", "show")]);
      return parseIpAnswers(answers.map((one) => one?.trim() ?? "").join("\n"));
    },
    resolve: () => Promise.resolve(),
  };
}
