/**
 * What somebody changed or wanted to change, on one line.
 *
 * @module
 */
import type { Accepted, Change, ServerWeight } from "../change.ts";
import { differencesWords, valueWords } from "../config/diff_words.ts";

/** So many places of a large change are told one by one. */
const PLACES_MOST = 20;

/** What is asked for, before it is known what it does. */
export function wishWords(change: Change): string {
  switch (change.kind) {
    case "replace":
      return "replace the configuration";
    case "conf.update":
      return `conf ${valueWords(change.conf)}`;
    case "interface.put":
      return `interfaces.${change.name} ${valueWords(change.value)}`;
    case "interface.update":
      return `interfaces.${change.name}: ${valueWords(change.fields)}`;
    case "interface.remove":
      return `remove interfaces.${change.name}`;
    case "vip.add":
      return `add vip ${valueWords(change.vip)}`;
    case "vip.update":
      return `vip ${change.vip}: ${valueWords(change.fields)}`;
    case "vip.remove":
      return `remove vip ${change.vip}`;
    case "vip.flush":
      return flushWords(change);
    case "server.add":
      return `vip ${change.vip}: add server ${valueWords(change.server)}`;
    case "server.remove":
      return `vip ${change.vip}: remove servers.${change.address}`;
    case "server.weight":
      return `vip ${change.vip}: servers.${change.address} weight → ${change.weight}`;
    case "server.weights":
      return `vip ${change.vip}: ${weightWords(change.weights)}`;
    case "server.flush":
      return flushWords(change);
    case "rollback":
      return `roll back to revision ${change.revision}`;
  }
}

function weightWords(weights: readonly ServerWeight[]): string {
  const words = weights.slice(0, PLACES_MOST)
    .map(({ address, weight }) => `servers.${address} weight → ${weight}`);
  const more = weights.length - words.length;
  return [...words, ...more > 0 ? [`and ${more} more`] : []].join("; ");
}

/** What it did: each place that differs, and whose flows were forgotten. */
export function deedWords(change: Change, accepted: Accepted): string {
  const words = differencesWords(accepted.differences(), PLACES_MOST);
  return [
    ...change.kind === "rollback" ? [wishWords(change)] : [],
    ...words === "" ? [] : [words],
    ...flushesOf(change),
  ].join("; ") || "nothing differs";
}

function flushesOf(change: Change): string[] {
  switch (change.kind) {
    case "vip.flush":
    case "server.flush":
      return [flushWords(change)];
    case "vip.remove":
      return change.flush ? [flushWords({ vip: change.vip })] : [];
    case "server.remove":
      return change.flush ? [flushWords(change)] : [];
    case "replace":
      return (change.flushes ?? []).map(flushWords);
    default:
      return [];
  }
}

function flushWords({ vip, address }: { vip: string; address?: string }): string {
  return `vip ${vip}: ${address === undefined ? "" : `servers.${address} `}flows forgotten`;
}
