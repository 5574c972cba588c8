/**
 * Tests by the names of VPP's bugs.
 *
 * @module
 */
import type { FrameResult } from "../../lib/dataplane.ts";
import { asked, FOUR } from "./people.ts";
import type { VipGiven } from "./tables.ts";
import { steeringTest } from "./traffic.ts";

/** A client's packets to the VIP of {@linkcode vip}. */
export const ENDS = asked(FOUR);
/** What a router changes. */
export const LEFT = { ttl: 63 };
export const SERVERS = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"];

/** A VIP with those servers, and what a test wants different. */
export function vip(more: Partial<VipGiven> = {}): VipGiven {
  return { prefix: FOUR.prefix, servers: SERVERS, ...more };
}

/** A test by the name of a bug: what is asserted is that it is not there. */
export function bug(
  name: string,
  ...rest: [Parameters<typeof steeringTest>[1], Parameters<typeof steeringTest>[2]]
) {
  steeringTest(`VPP's bug is absent: ${name}`, ...rest);
}

/** TOS of the frame that left. */
export const outerTos = ({ output }: FrameResult) => output![15];
/** One for each frame. */
export const verdicts = (results: FrameResult[]) => results.map(({ verdict }) => verdict);
