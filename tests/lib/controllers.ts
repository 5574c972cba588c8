/**
 * A controller on a real simulation, and what tests ask of it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { simulate } from "../../ffi/mod.ts";
import { type Config, parseConfig } from "../../lib/config.ts";
import { Controller, type ControllerOptions } from "../../lib/controller.ts";
import type { Simulation } from "../../lib/dataplane.ts";
import { firstFrame } from "../../lib/views/frame.ts";
import { parseEndpoint } from "../../lib/net.ts";
import { RefusedError } from "../../lib/refused.ts";

/** The first VIP of {@linkcode twoVips}. */
export const A = "90.0.0.0/8";
const MAC = "02:00:00:00:00:09";

/** Two VIPs over one interface with a fixed next hop. */
export function twoVips(): Config {
  return parseConfig({
    conf: { ip4_src_address: "192.0.2.10", ip6_src_address: "2001:db8::10", buckets: 1024 },
    interfaces: { net0: { device: "null", next_hop: { mac: MAC } } },
    vips: [
      { prefix: A, servers: [1, 2, 3].map((last) => ({ address: `10.0.0.${last}` })) },
      {
        prefix: "2002::/16",
        protocol: "tcp",
        port: 80,
        encap: "gre6",
        servers: [{ address: "2001:db8::1" }],
      },
    ],
  });
}

/** What a test gets. */
export interface Parts {
  controller: Controller;
  simulation: Simulation;
}

/** A controller on a real simulation, taken down whatever happens. */
export async function withController(
  act: (parts: Parts) => Promise<void> | void,
  options: Partial<ControllerOptions> = {},
): Promise<void> {
  await using simulation = simulate();
  const given = { dataplane: simulation, store: null, config: twoVips(), ...options };
  const controller = await Controller.start(given);
  try {
    await act({ controller, simulation });
  } finally {
    await controller.close();
  }
}
const EMPTY_MAC = new Uint8Array(6);

/** First frames of `count` TCP flows, to the first VIP unless told otherwise. */
export function frames(count: number, destination = "90.1.2.3:80"): Uint8Array[] {
  return Array.from({ length: count }, (_, at) =>
    firstFrame(
      parseEndpoint(`203.0.113.7:${10_000 + at}`),
      parseEndpoint(destination),
      "tcp",
      EMPTY_MAC,
    ));
}
/** The error that a change is refused with. */
export async function refused(promise: Promise<unknown>): Promise<RefusedError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof RefusedError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: "was not refused" });
}
