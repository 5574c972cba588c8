/**
 * What stands beside a request on its way to its route: who asks, and what the audit log is to say of it.
 *
 * @module
 */
import { type Caller, may, type Scope } from "../caller.ts";
import type { Accepted, ApplyOptions, Change } from "../change.ts";
import type { Controller } from "../controller/interface.ts";
import { deedWords, wishWords } from "../audit/words.ts";
import { RefusedError } from "../refused.ts";
import { changeScope } from "./scopes.ts";

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
  /** It was sent to a page: what it needs is told by the change that it asks for, not by its address. */
  form: boolean;
}

/** A request that nothing is known about yet but who asks. */
export function askedBy(caller: Caller, form = false): Asked {
  return { caller, note: { what: "", before: null, after: null, idle: false, reason: "" }, form };
}

/** @throws {RefusedError} 403 where the caller may not */
export function requireScope({ who, scope }: Caller, needed: Scope): void {
  if (may(scope, needed)) return;
  const message = `this needs scope ${needed}; that of ${who} is ${scope}`;
  throw new RefusedError(403, [{ path: "", message }]);
}

/**
 * Carries a change out for whoever asks, and notes it for the audit log. Every change that comes over HTTP, by REST or by
 * a form, goes this way.
 *
 * @throws {RefusedError} 403 where the caller may not
 */
export async function applyNoted(
  controller: Controller,
  { caller, note, form }: Asked,
  change: Change,
  options: ApplyOptions = {},
): Promise<Accepted> {
  note.what = wishWords(change);
  note.idle = options.dryRun === true;
  if (form) requireScope(caller, changeScope(change));
  const accepted = await controller.apply(change, options, caller);
  if (note.idle) return accepted;
  note.what = deedWords(change, accepted);
  note.before = accepted.before;
  note.after = accepted.revision;
  return accepted;
}
