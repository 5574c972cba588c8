/**
 * A typed client of the REST interface, over the unix socket or TCP. The command line uses nothing else.
 *
 * @module
 */
import type {
  Applied,
  ApplyOptions,
  CountersView,
  FlowsView,
  Status,
  TraceView,
  VipStatus,
} from "./change.ts";
import type { Config } from "./config.ts";
import { type Problem, RefusedError } from "./refused.ts";
import type { CounterCatalog } from "./dataplane.ts";

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

/** Flows to look for; all that match where nothing is given. */
export interface FlowQuery {
  vip?: string;
  server?: string;
  cursor?: string;
  limit?: number;
}

/** Talks to a running program. Every method throws {@linkcode NotAnsweringError} when there is none. */
export class Client implements Disposable {
  readonly #target: Target;
  readonly #http: Deno.HttpClient | undefined;

  constructor(target: Target) {
    this.#target = target;
    this.#http = "socket" in target
      ? Deno.createHttpClient({ proxy: { transport: "unix", path: target.socket } })
      : undefined;
  }

  status(): Promise<Status> {
    return this.#get("status");
  }

  counters(): Promise<CountersView> {
    return this.#get("counters");
  }

  /** Counter names with their sentences. */
  catalog(): Promise<CounterCatalog> {
    return this.#get("counters/catalog");
  }

  vips(): Promise<{ vips: VipStatus[] }> {
    return this.#get("vips");
  }

  /** @throws {RequestError} 404 */
  vip(name: string): Promise<VipStatus> {
    return this.#get(`vips/${encodeURIComponent(name)}`);
  }

  /** A page of flows. @throws {RequestError} for an unknown VIP or server */
  flows(query: FlowQuery = {}): Promise<FlowsView> {
    return this.#get("flows" + search({ ...query }));
  }

  /** Where a packet would go. @throws {RequestError} for addresses that are none */
  trace(source: string, destination: string, protocol: "tcp" | "udp"): Promise<TraceView> {
    return this.#get("trace" + search({ source, destination, protocol }));
  }

  /** The running configuration and its revision. */
  async config(): Promise<{ config: Config; revision: number }> {
    const response = await this.#send("GET", "config");
    const revision = Number(response.headers.get("etag")?.replaceAll('"', ""));
    return { config: await response.json(), revision };
  }

  /** Replaces the whole configuration by a text. @throws {RefusedError} */
  replace(text: string, type: "yaml" | "json", options: ApplyOptions = {}): Promise<Applied> {
    return this.#change("PUT", "config", options, { text, type });
  }

  /** @throws {RefusedError} */
  addVip(vip: unknown, options: ApplyOptions = {}): Promise<Applied> {
    return this.#change("POST", "vips", options, jsonBody(vip));
  }

  /** @throws {RefusedError} */
  removeVip(name: string, options: ApplyOptions & { flush?: boolean } = {}): Promise<Applied> {
    return this.#change("DELETE", `vips/${encodeURIComponent(name)}`, options);
  }

  /** Adds one server, or several at once. @throws {RefusedError} */
  addServers(vip: string, servers: unknown[], options: ApplyOptions = {}): Promise<Applied> {
    const body = servers.length === 1 ? servers[0] : servers;
    return this.#change("POST", `vips/${encodeURIComponent(vip)}/servers`, options, jsonBody(body));
  }

  /** @throws {RefusedError} */
  removeServer(
    vip: string,
    address: string,
    options: ApplyOptions & { flush?: boolean } = {},
  ): Promise<Applied> {
    return this.#change("DELETE", serverPath(vip, address), options);
  }

  /** @throws {RefusedError} */
  setWeight(
    vip: string,
    address: string,
    weight: number,
    options: ApplyOptions = {},
  ): Promise<Applied> {
    return this.#change("PATCH", serverPath(vip, address), options, jsonBody({ weight }));
  }

  [Symbol.dispose](): void {
    this.#http?.close();
  }

  async #get<T>(path: string): Promise<T> {
    return await (await this.#send("GET", path)).json();
  }

  async #change(
    method: string,
    path: string,
    options: ApplyOptions & { flush?: boolean },
    body?: Body,
  ): Promise<Applied> {
    const headers = new Headers();
    if (options.ifMatch !== undefined) headers.set("if-match", `"${options.ifMatch}"`);
    if (body !== undefined) headers.set("content-type", `application/${body.type}`);
    const flags = { dry_run: options.dryRun ? 1 : undefined, flush: options.flush ? 1 : undefined };
    const init = body === undefined ? { headers } : { headers, body: body.text };
    const response = await this.#send(method, path + search(flags), init);
    return await response.json();
  }

  async #send(method: string, path: string, init: RequestInit = {}): Promise<Response> {
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
}

interface Body {
  text: string;
  type: "yaml" | "json";
}

function jsonBody(value: unknown): Body {
  return { text: JSON.stringify(value), type: "json" };
}

function serverPath(vip: string, address: string): string {
  return `vips/${encodeURIComponent(vip)}/servers/${encodeURIComponent(address)}`;
}

function search(values: Record<string, string | number | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
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

function isRefusal(status: number): status is 400 | 404 | 409 | 412 {
  return [400, 404, 409, 412].includes(status);
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
