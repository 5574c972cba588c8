/**
 * What the client counted, and whether that is what a load balancer owes.
 *
 * @module
 */
import { SERVERS, VIPS } from "./topology.ts";

/** What the client counted since it began. */
export interface Tally {
  /** Requests sent, those answered by one of the servers, and those that failed; the rest is under way. */
  requests: number;
  answered: number;
  failed: number;
  /** First errors in words, a few at most. */
  errors: string[];
  /** Connections by VIP prefix and server name. */
  connections: Record<string, Record<string, number>>;
  /** Answered requests by VIP prefix and server name. */
  servers: Record<string, Record<string, number>>;
  /** Connections with several requests, and those on which the server changed. */
  kept: { connections: number; changed: number };
}

/** A server's part of a VIP's requests. */
export interface Share {
  vip: string;
  server: string;
  address: string;
  connections: number;
  requests: number;
  /** Of the VIP's requests, 0 to 1. */
  share: number;
}

/** A share may differ from an equal one by this much. */
const TOLERANCE = 0.05;

/** Nothing counted yet. */
export function emptyTally(): Tally {
  const zeros = () =>
    Object.fromEntries(
      VIPS.map((vip) => [vip.prefix, Object.fromEntries(SERVERS.map(({ name }) => [name, 0]))]),
    );
  return {
    requests: 0,
    answered: 0,
    failed: 0,
    errors: [],
    connections: zeros(),
    servers: zeros(),
    kept: { connections: 0, changed: 0 },
  };
}

/** Every server's share of every VIP. */
export function shares(tally: Tally): Share[] {
  return VIPS.flatMap(({ prefix, encap }) => {
    const counts = tally.servers[prefix] ?? {};
    const sum = Object.values(counts).reduce((a, b) => a + b, 0);
    return SERVERS.map(({ name, ip4, ip6 }) => ({
      vip: prefix,
      server: name,
      address: encap === "gre4" ? ip4 : ip6,
      connections: tally.connections[prefix]?.[name] ?? 0,
      requests: counts[name] ?? 0,
      share: sum === 0 ? 0 : (counts[name] ?? 0) / sum,
    }));
  });
}

/** Servers whose share is not a third; only whole rounds of requests are made to split evenly. */
function shareFaults(tally: Tally): string[] {
  return shares(tally)
    .filter(({ share }) => Math.abs(share - 1 / SERVERS.length) > TOLERANCE)
    .map(({ vip, server, share }) =>
      `${server} got ${(share * 100).toFixed(1)} % of ${vip}, more than 5 points away from a third`
    );
}

/**
 * What is not as it should be, in sentences; empty: all is well.
 *
 * @param wholeRounds the client sent whole rounds, so that the shares can be judged
 */
export function faults(tally: Tally, wholeRounds: boolean): string[] {
  const found: string[] = [];
  const missing = tally.requests - tally.answered;
  if (tally.requests === 0) found.push("no request was sent");
  if (missing > 0) {
    found.push(`${missing} of ${tally.requests} requests were not answered: ${tally.errors[0]}`);
  }
  if (wholeRounds) found.push(...shareFaults(tally));
  if (tally.kept.changed > 0) {
    found.push(`${tally.kept.changed} kept-alive connections changed their server`);
  }
  return found;
}
