/**
 * Requests that change something, or try to, in the audit log.
 *
 * @module
 */
import type { AuditEntry } from "../audit.ts";
import { SAFE_METHODS } from "../http.ts";
import { log } from "../log.ts";
import type { Access } from "./access.ts";
import type { Asked } from "./asked.ts";
import type { Handler } from "./guard.ts";

/** Serves the request by `next`, and enters what became of it. */
export async function record(
  access: Access,
  request: Request,
  asked: Asked,
  next: Handler,
): Promise<Response> {
  if (SAFE_METHODS.has(request.method)) return await next(request, asked);
  const nobody = asked.caller.scope === "none";
  const response = await next(request, asked);
  const outcome = outcomeOf(response.status);
  if (isSilent(response, asked, outcome)) return response;
  // Whoever needs no token to try must not fill the log.
  if (nobody && outcome !== "done" && !access.attempts.wrong(asked.caller.origin)) return response;
  const entry = entryOf(request, asked, outcome, await reasonFor(response, asked, outcome));
  access.audit.add(entry);
  tell(request, entry);
  return response;
}

/** What was done is told by whoever does it. */
function tell({ url }: Request, entry: Omit<AuditEntry, "at">): void {
  const { who, origin, request, what, reason } = entry;
  if (entry.outcome === "done") return;
  const login = new URL(url).pathname === "/login";
  const denied = login ? "login_failed" : "denied";
  const event = { denied, refused: "change_refused", failed: "change_failed" } as const;
  log(event[entry.outcome], { who, from: origin, request, ...what && { what }, reason });
}

/** Not for the log: nothing was to change, it was done before, or there are too many of them. */
function isSilent(response: Response, { note }: Asked, outcome: AuditEntry["outcome"]): boolean {
  return response.status === 429 || response.headers.has("idempotency-replayed") ||
    (note.idle && outcome !== "denied");
}

async function reasonFor(
  response: Response,
  { note }: Asked,
  outcome: AuditEntry["outcome"],
): Promise<string> {
  return outcome === "done" ? "" : note.reason || await reasonOf(response);
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
