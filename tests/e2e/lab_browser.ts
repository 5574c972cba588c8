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
  return await launch({
    executablePath: program,
    args: [`--host-resolver-rules=${rules.join(",")}`],
    // What it leaves behind goes with the net.
    env: { ...Deno.env.toObject(), HOME: net.folder, TMPDIR: net.folder },
  });
}
