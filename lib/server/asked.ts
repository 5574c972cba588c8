/**
 * What stands beside a request on its way to its route: who asks, and what the audit log is to say of it.
 *
 * @module
 */
import type { Caller } from "../caller.ts";
import type { Accepted, ApplyOptions, Change } from "../change.ts";
import type { Controller } from "../controller/interface.ts";
import { deedWords, wishWords } from "../audit/words.ts";

/** What the audit log is to say. */
export interface Note {
  /** What changed, or what was wanted; empty: the request's address tells. */
  what: string;
  before: number | null;
  after: number | null;
  /** Nothing was to change: nothing to say, unless it was denied. */
  idle: boolean;
  /** Why it was refused, where the answer is a page that does not begin with that. */
  reason: string;
}

/** Beside every request; a route finds it as `c.env`. */
export interface Asked {
  caller: Caller;
  note: Note;
  /** A browser's session shows who asks. */
  session: boolean;
  /** It came by the unix socket. */
  unix: boolean;
  /** Whether who asks still may: a token can be revoked, a session end, while an answer goes on. */
  valid(): boolean;
}

/** A request that nothing is known about yet but who asks. */
export function askedBy(
  caller: Caller,
  { session = false, valid = () => true }: Partial<Pick<Asked, "session" | "valid">> = {},
): Asked {
  const note = { what: "", before: null, after: null, idle: false, reason: "" };
  return { caller, note, session, unix: false, valid };
}

/** Somebody of whom only the address is known. */
export function nobodyAt(origin: string): Caller {
  return { who: "nobody", scope: "none", origin };
}

/**
 * Carries a change out for whoever asks, and notes it for the audit log. Every change that comes over HTTP goes this way;
 * pages ask REST.
 *
 * @throws {RefusedError}
 */
export async function applyNoted(
  controller: Controller,
  { caller, note }: Asked,
  change: Change,
  options: ApplyOptions = {},
): Promise<Accepted> {
  note.what = wishWords(change);
  note.idle = options.dryRun === true;
  const accepted = await controller.apply(change, options, caller);
  if (note.idle) return accepted;
  note.what = deedWords(change, accepted);
  note.before = accepted.before;
  note.after = accepted.revision;
  return accepted;
}
