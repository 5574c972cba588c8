/**
 * Scenarios of the tunnels' helper for servers; `decap_test.ts` runs each in a network namespace.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { decap } from "../../ffi/mod.ts";
import { DataplaneError } from "../../lib/dataplane.ts";

export const SCENARIOS: Record<string, () => Promise<void>> = {};

async function exists(device: string): Promise<boolean> {
  const { success } = await new Deno.Command("ip", {
    args: ["link", "show", "dev", device],
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

SCENARIOS["decap makes its tun device and stops when it is told to"] = async () => {
  const stop = new AbortController();
  const running = decap("gwt0", { signal: stop.signal });
  const end = performance.now() + 5000;
  while (!await exists("gwt0")) {
    assert.ok(performance.now() < end, "the device is there within 5 s");
    await new Promise((done) => setTimeout(done, 20));
  }
  assert.equal(running.packets(), 0);
  const told = performance.now();
  stop.abort();
  await running.done;
  assert.ok(performance.now() - told < 1000, "it stops within a second");
  assert.equal(await exists("gwt0"), false, "the device goes with it");
};

SCENARIOS["decap that was told to stop before it began ends at once"] = async () => {
  await decap("gwt0", { signal: AbortSignal.abort() }).done;
};

SCENARIOS["decap says why it cannot begin"] = async () => {
  const { signal } = new AbortController();
  for (const name of ["a-name-too-long-for-it", "lo"]) {
    await assert.rejects(decap(name, { signal }).done, (error) => {
      assert.ok(error instanceof DataplaneError, String(error));
      assert.match(error.message, new RegExp(name));
      return true;
    });
  }
};

SCENARIOS["decap says that somebody has its UDP port"] = async () => {
  const { signal } = new AbortController();
  for (const type of ["udp4", "udp6"] as const) {
    const taken = createSocket({ type, ipv6Only: true });
    taken.bind(6081);
    await once(taken, "listening");
    await assert.rejects(decap("gwt0", { signal, guePort: 6081 }).done, (error) => {
      assert.ok(error instanceof DataplaneError, String(error));
      assert.match(error.message, /UDP port 6081 for GUE over IPv[46]: Address already in use/);
      return true;
    });
    assert.equal(await exists("gwt0"), false, "the device is left behind");
    taken.close();
  }
};

if (import.meta.main) await SCENARIOS[Deno.args[0] ?? ""]?.();
