/**
 * A real browser in a host of a site. Who drives it talks to it through pipes: no link leads there.
 *
 * @module
 */
import type { Browser } from "playwright-core";
import { CHROMIUM, launch } from "../routes/browser.ts";
import type { Net } from "./lab_net.ts";

/**
 * To be closed; it ends with the net at the latest.
 *
 * @param names Addresses by name, as a name server would tell them.
 */
export async function launchIn(
  net: Net,
  host: string,
  names: Record<string, string> = {},
): Promise<Browser> {
  const program = `${net.folder}/chromium`;
  const script = `#!/bin/sh\nexec ip netns exec ${net.namespace(host)} ${CHROMIUM} "$@"\n`;
  await Deno.writeTextFile(program, script, { mode: 0o755 });
  const rules = Object.entries(names).map(([name, address]) => `MAP ${name} ${address}`);
  return await within(net.folder, () =>
    launch({
      executablePath: program,
      args: [`--host-resolver-rules=${rules.join(",")}`],
      env: Deno.env.toObject(),
    }));
}

/** What browsers and their driver make goes with the folder, also when a run is killed. */
async function within<T>(folder: string, act: () => Promise<T>): Promise<T> {
  const before = ["HOME", "TMPDIR"].map((name) => [name, Deno.env.get(name)] as const);
  for (const [name] of before) Deno.env.set(name, folder);
  try {
    return await act();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}
