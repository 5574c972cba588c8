/**
 * Lines of VPP's commands on a configuration without VIPs.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Config, parseConfig } from "../../lib/config.ts";
import { LineError } from "../../lib/vpp/line_error.ts";
import { editAll, type Edited, readScript } from "../../lib/vpp/script.ts";

/** Two interfaces, and the node's addresses. */
export function empty(): Config {
  return parseConfig({
    conf: { ip4_src_address: "192.0.2.1", ip6_src_address: "2001:db8::1" },
    interfaces: { net0: { device: "null" }, net1: { device: "null" } },
  });
}

/** What the lines make of a configuration. */
export function run(text: string, config: Config = empty()): Edited {
  return editAll(config, readScript(text));
}

/** The error of the lines, as `LINE:COLUMN: sentence`. */
export function wrong(text: string, config: Config = empty()): string {
  return errorOf(() => run(text, config));
}

/** The error of what `act` reads or carries out. */
export function errorOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof LineError, String(error));
    return error.in("").slice(1);
  }
  throw new assert.AssertionError({ message: "was not refused" });
}

/** Servers by VIP, as `address weight`. */
export function servers({ config }: Edited): Record<string, string[]> {
  return Object.fromEntries(config.vips.map(({ prefix, servers }) => [
    prefix,
    servers.map(({ address, weight }) => `${address} ${weight}`),
  ]));
}
