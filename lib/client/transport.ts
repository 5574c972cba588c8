/**
 * How a client reaches the program, and what comes back in place of an answer. Names nothing that only servers have: it
 * runs in browsers, too.
 *
 * @module
 */
import { type Problem, RefusedError, type RefusedStatus } from "../refused.ts";

/** Nobody answers; the message tells where, and what to do. */
export class NotAnsweringError extends Error {
  override readonly name = "NotAnsweringError";
}

/** The program answered that a question makes no sense (an unknown VIP, a bad address). */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly status: number;
  /** Where each place is named that is wrong. */
  readonly problems: readonly Problem[];

  constructor(message: string, status: number, problems: readonly Problem[] = []) {
    super(message);
    this.status = status;
    this.problems = problems.length > 0 ? problems : [{ path: "", message }];
  }
}

/** A way to a program. */
export interface Transport extends Disposable {
  /**
   * Asks for something below `/api/v1/`.
   *
   * @throws {NotAnsweringError} when there is no program.
   * @throws {RequestError} for a question that makes no sense. @throws {RefusedError} for a change.
   */
  send(method: string, path: string, init?: RequestInit): Promise<Response>;
}

/** The answer, if it is one. @throws {RequestError} @throws {RefusedError} */
export async function accepted(method: string, response: Response): Promise<Response> {
  if (response.ok) return response;
  throw await refusal(method, response);
}

/** The way for a page's own scripts: where the page came from. */
export function fromPage(): Transport {
  return {
    async send(method, path, init = {}) {
      let response: Response;
      try {
        response = await fetch(`/api/v1/${path}`, { method, ...init });
      } catch (cause) {
        throw new NotAnsweringError("the program does not answer", { cause });
      }
      return await accepted(method, response);
    },
    [Symbol.dispose]() {},
  };
}

async function refusal(method: string, response: Response): Promise<Error> {
  const problems = await problemsOf(response);
  const { status } = response;
  if (method !== "GET" && isRefusal(status)) return new RefusedError(status, problems);
  const lines = problems.map(({ path, message }) => path ? `${path}: ${message}` : message);
  return new RequestError(lines.join("\n"), status, problems);
}

function isRefusal(status: number): status is RefusedStatus {
  return [400, 403, 404, 409, 412].includes(status);
}

async function problemsOf(response: Response): Promise<Problem[]> {
  const fallback = { path: "", message: `the program answered ${response.status}` };
  try {
    const body = await response.json() as { error?: Problem; problems?: Problem[] };
    return body.problems ?? [body.error ?? fallback];
  } catch {
    return [fallback];
  }
}
