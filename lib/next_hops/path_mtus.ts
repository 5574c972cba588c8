/**
 * Path MTUs behind the first hop, as routers told them: a tunnel's packet with don't-fragment did not fit (RFC 1191,
 * 8201). What is learned makes the way to that server narrower for a while, so that clients are told in their turn.
 *
 * @module
 */
import type { PathMtu } from "../dataplane.ts";
import { log } from "../log.ts";
import type { NextHop, NextHops } from "../next_hops.ts";

/** After that long a wider path may be there again (RFC 1191, 6.3), in milliseconds. */
const LIFE_MS = 10 * 60 * 1000;
/** Less is not believed: anybody can send such messages, and no link in use is narrower. IPv6's is its minimum. */
const LEAST4 = 552;
const LEAST6 = 1280;

/** Remembers what was learned. */
export class PathMtus {
  readonly #known = new Map<string, { mtu: number; until: number }>();

  /**
   * Takes in what routers said.
   *
   * @param servers Addresses of which anything is believed.
   * @param now Milliseconds.
   */
  learn(said: readonly PathMtu[], servers: ReadonlySet<string>, now: number): void {
    for (const [address, { until }] of this.#known) {
      if (until <= now || !servers.has(address)) this.#known.delete(address);
    }
    for (const { address, mtu } of said) {
      if (!servers.has(address)) continue;
      const least = address.includes(":") ? LEAST6 : LEAST4;
      const narrow = Math.max(mtu, least);
      const before = this.#known.get(address);
      if (before !== undefined && before.mtu < narrow) continue;
      this.#known.set(address, { mtu: narrow, until: now + LIFE_MS });
      if (before?.mtu !== narrow) {
        log("path_mtu", {
          server: address,
          mtu: narrow,
        });
      }
    }
  }

  /** The same next hops, with MTUs that are no larger than what was learned. */
  narrow(hops: NextHops): NextHops {
    if (this.#known.size === 0) return hops;
    return new Map([...hops].map(([address, next]) => [address, this.#narrowed(address, next)]));
  }

  #narrowed(address: string, next: NextHop): NextHop {
    const known = this.#known.get(address);
    if (known === undefined || next.hop === null) return next;
    return { ...next, mtu: Math.min(next.mtu ?? known.mtu, known.mtu) };
  }
}
