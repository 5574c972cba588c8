/**
 * A typed client of the REST interface, over the unix socket or TCP. The command line uses nothing else.
 *
 * @module
 */
import type {
  Applied,
  ApplyOptions,
  CountersView,
  FlowQuery,
  FlowsView,
  Status,
  TraceQuery,
  TraceView,
  VipStatus,
} from "./change.ts";
import type { Config } from "./config.ts";
import type { CounterCatalog } from "./dataplane.ts";
import { type Target, Transport } from "./client/transport.ts";

/** Talks to a running program. Every method throws {@linkcode NotAnsweringError} when there is none. */
export class Client implements Disposable {
  readonly #transport: Transport;

  constructor(target: Target) {
    this.#transport = new Transport(target);
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
  trace(query: TraceQuery): Promise<TraceView> {
    return this.#get("trace" + search({ ...query }));
  }

  /** The running configuration and its revision. */
  async config(): Promise<{ config: Config; revision: number }> {
    const response = await this.#transport.send("GET", "config");
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
    this.#transport[Symbol.dispose]();
  }

  async #get<T>(path: string): Promise<T> {
    return await (await this.#transport.send("GET", path)).json();
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
    const response = await this.#transport.send(method, path + search(flags), init);
    return await response.json();
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
