/**
 * Requests that change something, or try to, in the audit log.
 *
 * @module
 */
import type { AuditLog } from "../audit.ts";
import { SAFE_METHODS } from "../http.ts";
import type { AuditEntry } from "../audit.ts";
import type { Asked } from "./asked.ts";
import type { Handler } from "./guard.ts";

/** Serves the request by `next`, and enters what became of it. */
export async function record(
  log: AuditLog,
  request: Request,
  asked: Asked,
  next: Handler,
): Promise<Response> {
  if (SAFE_METHODS.has(request.method)) return await next(request, asked);
  const response = await next(request, asked);
  const outcome = outcomeOf(response.status);
  const repeated = response.headers.has("idempotency-replayed");
  if (repeated || (asked.note.idle && outcome !== "denied")) return response;
  const reason = outcome === "done" ? "" : asked.note.reason || await reasonOf(response);
  log.add(entryOf(request, asked, outcome, reason));
  return response;
}

/** An entry about a request. */
export function entryOf(
  { method, url }: Request,
  { caller, note }: Asked,
  outcome: AuditEntry["outcome"],
  reason: string,
): Omit<AuditEntry, "at"> {
  return {
    who: caller.who,
    origin: caller.origin,
    request: `${method} ${readable(new URL(url).pathname)}`,
    what: note.what,
    revision_before: note.before,
    revision_after: note.after,
    outcome,
    reason,
  };
}

function outcomeOf(status: number): AuditEntry["outcome"] {
  if (status < 400) return "done";
  if (status === 401 || status === 403 || status === 429) return "denied";
  return status < 500 ? "refused" : "failed";
}

/** Of an error's answer in JSON. */
export async function reasonOf(response: Response): Promise<string> {
  try {
    const { error } = await response.clone().json();
    return error.path ? `${error.path}: ${error.message}` : String(error.message);
  } catch {
    return `status ${response.status}`;
  }
}

function readable(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
