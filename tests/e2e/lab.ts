/**
 * What the end-to-end tests share: the demo's network with a configuration of one's own.
 *
 * @module
 */
import { selfCommand } from "../../lib/demo/child.ts";
import { Lab } from "../../lib/demo/lab.ts";
import { shell } from "../../lib/demo/namespaces.ts";
import type { Tally } from "../../lib/demo/tally.ts";

/** Namespaces need root. */
export const ROOT = Deno.build.os === "linux" && Deno.uid() === 0;

/** A test in namespaces; without root it is skipped, and its name says so. */
export function rootTest(name: string, fn: (t: Deno.TestContext) => Promise<void>): void {
  Deno.test({ name: ROOT ? name : `${name} (skipped: needs root)`, ignore: !ROOT, fn });
}

/**
 * Opens a lab with the configuration, hands it over, and removes it. Fails when a program of the lab ends
 * meanwhile, unless `alarm` is false.
 */
export async function withLab(
  config: unknown,
  use: (lab: Lab) => Promise<void>,
  alarm = true,
): Promise<void> {
  const controller = new AbortController();
  await using lab = await Lab.open({
    config,
    port: 8480,
    signal: controller.signal,
    tell: () => {},
  });
  await Promise.race(alarm ? [use(lab), lab.failure] : [use(lab)]);
}

/** Commands of `ip` in a host of the lab. */
export async function ip(lab: Lab, host: string, ...commands: string[]): Promise<void> {
  await shell(lab.namespace(host), commands.map((one) => `ip ${one}`).join(" && "));
}

/** The command line of a program beside this file. */
export function toolCommand(file: string, args: string[]): string[] {
  const path = new URL(file, import.meta.url).pathname;
  return [Deno.execPath(), "run", "--allow-all", "--unstable-net", "--quiet", path, ...args];
}

/** One round of the demo's HTTP requests; what the client counted. */
export async function httpRound(lab: Lab): Promise<Tally> {
  let last = "";
  const command = selfCommand(["demo", "client", "--rounds", "1"]);
  const client = lab.start("Client", "client", command, (line) => last = line);
  const how = await client.ended;
  if (how !== "code 0") throw new Error(`The client ended with ${how}: ${client.words}`);
  return JSON.parse(last);
}

/** Waits until `check` gives something, asking every 50 ms. */
export async function until<T>(
  what: string,
  seconds: number,
  check: () => Promise<T | null | undefined | false>,
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  while (performance.now() < deadline) {
    const value = await check();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: not within ${seconds} s`);
}
