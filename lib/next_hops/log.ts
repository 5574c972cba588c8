/**
 * Says in the log when a next hop is found, changes, or cannot be found, once each time.
 *
 * @module
 */
import { log } from "../log.ts";
import type { NextHop, NextHops } from "../next_hops.ts";

/** Single lines for a few servers, a count for the rest. */
const LINES = 10;

/** Remembers what was said. */
export class HopLog {
  /** By address: the hop, or that there is none. A server that still waits for an answer is not here. */
  #said = new Map<string, string>();
  /** Why the kernel cannot be asked. */
  #unsure: string | undefined;

  /** Says what is new since the last call. */
  report(hops: NextHops): void {
    this.#reportUnsure([...hops.values()].find((next) => next.hop && next.unsure));
    const said = new Map<string, string>();
    const news: [string, NextHop][] = [];
    for (const [address, next] of hops) {
      const before = this.#said.get(address);
      const now = sayable(next, before);
      if (now !== undefined) said.set(address, now);
      if (now !== before) news.push([address, next]);
    }
    this.#said = said;
    for (const [address, next] of news.slice(0, LINES)) say(address, next);
    const more = news.length - LINES;
    if (more > 0) log("next_hops_more", { count: more });
  }

  #reportUnsure(next: NextHop | undefined): void {
    const reason = next?.hop ? next.unsure : undefined;
    if (reason === this.#unsure) return;
    this.#unsure = reason;
    if (reason === undefined) log("next_hops_sure");
    else log("next_hops_unsure", { reason });
  }
}

/**
 * What there is to say of it; undefined while it is not decided. A neighbour that fails is asked again and again: while
 * that goes on, nothing new is to be said.
 */
function sayable({ hop, reason }: NextHop, before: string | undefined): string | undefined {
  if (hop !== null) return `${hop.interface} ${hop.mac}`;
  const waits = reason.endsWith(" yet");
  return waits && (before === undefined || before === "none") ? before : "none";
}

/** To a server, or by a default route, whose name is a prefix. */
function say(address: string, { hop, reason }: NextHop): void {
  const to = address.includes("/") ? { route: address } : { server: address };
  if (hop === null) log("next_hop_lost", { ...to, reason });
  else log("next_hop_found", { ...to, interface: hop.interface, mac: hop.mac });
}
