/**
 * Revisions in words.
 *
 * @module
 */
import type { Via } from "../../../lib/caller.ts";
import type { RevisionHead } from "../../../lib/question.ts";

/** Kinds of a change of which no more is known. */
const KINDS: Record<string, string> = {
  start: "started with the configuration of a file",
  replace: "configuration replaced",
  "conf.update": "settings changed",
  "vip.add": "VIP added",
  "vip.update": "VIP changed",
  "vip.remove": "VIP removed",
  "server.add": "servers added",
  "server.remove": "server removed",
  "server.weight": "weight of a server changed",
};

/** What a revision changed: `back to revision 3; vip 90.0.0.0/8 removed`. */
export function changeWords({ comment, what }: Pick<RevisionHead, "comment" | "what">): string {
  const back = /^rollback to (\d+)$/.exec(comment)?.[1];
  const words = what === "" && back === undefined ? KINDS[comment] ?? comment : what;
  return [back === undefined ? "" : `back to revision ${back}`, words].filter(Boolean).join("; ");
}

const WAYS: Record<Via, string> = {
  console: "console",
  rest: "REST",
  cli: "command line",
  file: "file",
  "": "",
};

/** The same without what only says that it was this machine. */
export function shortWayWords(head: Pick<RevisionHead, "via" | "origin">): string {
  return isHere(head.origin) ? WAYS[head.via] : wayWords(head);
}

function isHere(origin: string): boolean {
  return origin.startsWith("/") || /^(127\.|::1$)/.test(origin);
}

/** By which way and from where: `console, 127.0.0.1`. */
export function wayWords({ via, origin }: Pick<RevisionHead, "via" | "origin">): string {
  return [WAYS[via], origin].filter(Boolean).join(", ");
}
