/**
 * Requests to the running program over its unix socket or TCP, and what comes back in place of an answer.
 *
 * @module
 */
import { type Problem, RefusedError, type RefusedStatus } from "../refused.ts";

/** Nobody answers at the socket or address; the message tells which was tried and how to start it. */
export class NotAnsweringError extends Error {
  override readonly name = "NotAnsweringError";
}

/** The program answered that a question makes no sense (an unknown VIP, a bad address). */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** Where the program listens: the path of its unix socket, or `http://127.0.0.1:8480`. */
export type Target = { socket: string } | { url: string };

/** The way to a running program. */
export class Transport implements Disposable {
  readonly #target: Target;
  readonly #http: Deno.HttpClient | undefined;

  constructor(target: Target) {
    this.#target = target;
    this.#http = "socket" in target
      ? Deno.createHttpClient({ proxy: { transport: "unix", path: target.socket } })
      : undefined;
  }

  /**
   * Asks for something below `/api/v1/`.
   *
   * @throws {NotAnsweringError} when there is no program.
   * @throws {RequestError} for a question that makes no sense. @throws {RefusedError} for a change.
   */
  async send(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const base = "socket" in this.#target ? "http://localhost" : this.#target.url;
    const client = this.#http === undefined ? {} : { client: this.#http };
    let response: Response;
    try {
      response = await fetch(`${base}/api/v1/${path}`, { method, ...init, ...client });
    } catch (error) {
      throw notAnswering(this.#target, error);
    }
    if (response.ok) return response;
    throw await refusal(method, response);
  }

  [Symbol.dispose](): void {
    this.#http?.close();
  }
}

function notAnswering(target: Target, cause: unknown): NotAnsweringError {
  const where = "socket" in target ? `the socket ${target.socket}` : target.url;
  return new NotAnsweringError(
    `nothing answers at ${where}: ${reasonOf(cause)}; start the program with "guideway run", ` +
      "or name its socket with --socket PATH or GUIDEWAY_SOCKET",
    { cause },
  );
}

/** The innermost reason that a failed fetch carries. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause ?? error : error;
  const text = cause instanceof Error ? cause.message : String(cause);
  const reason = /: ([^:]+) \(os error \d+\)$/.exec(text)?.[1];
  return reason?.toLowerCase() ?? text;
}

async function refusal(method: string, response: Response): Promise<Error> {
  const problems = await problemsOf(response);
  const { status } = response;
  if (method !== "GET" && isRefusal(status)) return new RefusedError(status, problems);
  const lines = problems.map(({ path, message }) => path ? `${path}: ${message}` : message);
  return new RequestError(lines.join("\n"), status);
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
