/**
 * A typed client of the REST interface. The command line and the pages use nothing else; it runs in browsers, too.
 *
 * @module
 */
import type { Scope } from "./caller.ts";
import type { Applied, ApplyOptions, Flush } from "./change.ts";
import type {
  AuditsView,
  FlowQuery,
  FlowsView,
  HealthQuery,
  HealthView,
  ListQuery,
  NeighboursView,
  RevisionDiff,
  RevisionQuery,
  RevisionsView,
  RevisionView,
  ServerListQuery,
  ServerListView,
  ServerQuery,
  ServersView,
  TableQuery,
  TableView,
  TokenView,
  TraceQuery,
  TraceView,
  VipsView,
} from "./question.ts";
import type { CountersView, InterfaceStatus, Status, VipStatus } from "./status.ts";
import type { DeviceView } from "./devices.ts";
import type { Config } from "./config.ts";
import type { CounterCatalog } from "./dataplane.ts";
import type { HistoryView, Span } from "./history.ts";
import type { Event, Topic } from "./events.ts";
import type { UpgradeView } from "./upgrade/view.ts";
import { readEvents } from "./client/event_stream.ts";
import {
  type Body,
  interfacePath,
  jsonBody,
  orNone,
  search,
  serverPath,
  vipPath,
} from "./client/request.ts";
import type { Transport } from "./client/transport.ts";

/** Talks to a running program. Every method throws {@linkcode NotAnsweringError} when there is none. */
export class Client implements Disposable {
  readonly #transport: Transport;

  /** @param transport The client's own from then on. */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  status(): Promise<Status> {
    return this.#get("status");
  }

  /** @param vips Names. @param servers Of their servers only these, as `VIP ADDRESS`. All unless given. */
  counters(vips?: readonly string[], servers?: readonly string[]): Promise<CountersView> {
    return this.#get("counters" + search({ vip: orNone(vips), server: orNone(servers) }));
  }

  /** What came, left and was lost, over time. */
  history(span: Span): Promise<HistoryView> {
    return this.#get("history" + search({ span }));
  }

  /** Counter names with their sentences. */
  catalog(): Promise<CounterCatalog> {
    return this.#get("counters/catalog");
  }

  /** All, or those that are asked for. */
  vips(query: ListQuery = {}): Promise<VipsView> {
    return this.#get("vips" + search({ ...query }));
  }

  /** Of all VIPs, or those that are asked for. */
  servers(query: ServerQuery = {}): Promise<ServersView> {
    const { condition, ...rest } = query;
    return this.#get("servers" + search({ ...rest, condition: condition?.join(",") }));
  }

  /** How servers are, and how many are how. */
  health(query: HealthQuery = {}): Promise<HealthView> {
    return this.#get("health" + search({ ...query }));
  }

  /** @throws {RequestError} 404 */
  vip(name: string): Promise<VipStatus> {
    return this.#get(vipPath(name));
  }

  /** Servers of a VIP, all or those that are asked for. @throws {RequestError} 404 */
  serversOf(vip: string, query: ServerListQuery = {}): Promise<ServerListView> {
    const { condition, ...rest } = query;
    const words = condition?.join(",");
    return this.#get(`${vipPath(vip)}/servers` + search({ ...rest, condition: words }));
  }

  /** Who has how much of a VIP's table; slots one by one with `from`, bin by bin with `bins`. @throws {RequestError} 404 */
  table(vip: string, query: TableQuery = {}): Promise<TableView> {
    return this.#get(`${vipPath(vip)}/table` + search({ ...query }));
  }

  /** Where packets leave. */
  neighbours(query: ListQuery = {}): Promise<NeighboursView> {
    return this.#get("neighbours" + search({ ...query }));
  }

  /** What happens, as it happens, until the program ends or nobody asks for more. The first is `hello`. */
  async *events(topics: readonly Topic[]): AsyncGenerator<Event> {
    const response = await this.#transport.send(
      "GET",
      "events" + search({ topics: topics.join(",") }),
    );
    yield* readEvents(response.body!);
  }

  /** A page of flows. @throws {RequestError} for an unknown VIP or server */
  flows(query: FlowQuery = {}): Promise<FlowsView> {
    return this.#get("flows" + search({ ...query }));
  }

  /** Where a packet would go, and why. @throws {RequestError} for addresses that are none, and for no hex digits */
  async trace(query: TraceQuery): Promise<TraceView> {
    if (!("frame" in query)) return await this.#get("trace" + search({ ...query }));
    return await (await this.#transport.send("POST", "trace", {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(query),
    })).json();
  }

  /** The running configuration and its revision. */
  async config(): Promise<{ config: Config; revision: number }> {
    const response = await this.#transport.send("GET", "config");
    return { config: await response.json(), revision: revisionOf(response) };
  }

  /** The same as YAML. */
  async configText(): Promise<{ text: string; revision: number }> {
    const headers = { accept: "application/yaml" };
    const response = await this.#transport.send("GET", "config", { headers });
    return { text: await response.text(), revision: revisionOf(response) };
  }

  /** A page of the audit log, the newest first. */
  audit(query: ListQuery = {}): Promise<AuditsView> {
    return this.#get("audit" + search({ ...query }));
  }

  /** Those that may ask, without their secrets. */
  tokens(): Promise<{ tokens: TokenView[] }> {
    return this.#get("tokens");
  }

  /** Makes a token; its secret is told this once. @throws {RefusedError} */
  async addToken(
    name: string,
    scope: Scope,
    expires: string | null = null,
  ): Promise<{ token: TokenView; secret: string }> {
    const init = { headers: { "content-type": "application/json" } };
    const body = JSON.stringify({ name, scope, expires });
    return await (await this.#transport.send("POST", "tokens", { ...init, body })).json();
  }

  /** @throws {RefusedError} 404 */
  async revokeToken(name: string): Promise<TokenView> {
    const path = `tokens/${encodeURIComponent(name)}`;
    return await (await this.#transport.send("DELETE", path)).json();
  }

  /** The last upgrade of the running program; null: there was none. */
  async lastUpgrade(): Promise<UpgradeView | null> {
    return (await this.#get<{ upgrade: UpgradeView | null }>("upgrade")).upgrade;
  }

  /**
   * Begins to replace the running program by another executable.
   *
   * @param file Absolute path. @param key Asked for again with the same one, nothing new happens.
   * @throws {RefusedError}
   */
  async upgrade(file: string, key: string): Promise<UpgradeView> {
    const headers = { "content-type": "application/json", "idempotency-key": key };
    const body = JSON.stringify({ file });
    return (await (await this.#transport.send("POST", "upgrade", { headers, body })).json())
      .upgrade;
  }

  /** A page of revisions, the newest first. */
  revisions(query: RevisionQuery = {}): Promise<RevisionsView> {
    return this.#get("revisions" + search({ ...query }));
  }

  /** @throws {RequestError} 404 */
  revision(number: number): Promise<RevisionView> {
    return this.#get(`revisions/${number}`);
  }

  /** Its configuration as YAML. @throws {RequestError} 404, 409 */
  async revisionText(number: number): Promise<string> {
    const headers = { accept: "application/yaml" };
    return await (await this.#transport.send("GET", `revisions/${number}`, { headers })).text();
  }

  /** What differs; against what runs unless `to` is given. @throws {RequestError} 404 */
  revisionDiff(from: number, to?: number): Promise<RevisionDiff> {
    return this.#get(`revisions/${from}/diff` + search({ to }));
  }

  /** Goes back. @throws {RefusedError} */
  rollback(revision: number, options: ApplyOptions = {}): Promise<Applied> {
    return this.#change("POST", `revisions/${revision}/rollback`, options);
  }

  /** Replaces the whole configuration by a text. @throws {RefusedError} */
  replace(text: string, type: "yaml" | "json", options: ApplyOptions = {}): Promise<Applied> {
    return this.#change("PUT", "config", options, { text, type });
  }

  /**
   * Replaces the whole configuration by a value.
   *
   * @param options `flush`: whose flows are forgotten with it.
   * @throws {RefusedError}
   */
  replaceConfig(
    config: unknown,
    options: ApplyOptions & { flush?: readonly Flush[] } = {},
  ): Promise<Applied> {
    const { flush = [], ...rest } = options;
    const names = flush.map(({ vip, address }) =>
      address === undefined ? vip : `${vip} ${address}`
    );
    return this.#change("PUT", "config", { ...rest, flush: names }, jsonBody(config));
  }

  /** Merges settings over those that are there; null takes one away. @throws {RefusedError} */
  updateConf(fields: unknown, options: ApplyOptions = {}): Promise<Applied> {
    return this.#change("PATCH", "config/conf", options, jsonBody(fields));
  }

  /** Those that are open. */
  interfaces(): Promise<{ interfaces: InterfaceStatus[] }> {
    return this.#get("interfaces");
  }

  /** @throws {RequestError} 404 */
  interface(name: string): Promise<InterfaceStatus> {
    return this.#get(interfacePath(name));
  }

  /** What an interface can be opened on. */
  devices(): Promise<{ devices: DeviceView[] }> {
    return this.#get("devices");
  }

  /** Adds an interface, or replaces the one of that name. @throws {RefusedError} */
  putInterface(name: string, value: unknown, options: ApplyOptions = {}): Promise<Applied> {
    return this.#change("PUT", interfacePath(name), options, jsonBody(value));
  }

  /** Merges fields over those that are there; null takes one away. @throws {RefusedError} */
  updateInterface(name: string, fields: unknown, options: ApplyOptions = {}): Promise<Applied> {
    return this.#change("PATCH", interfacePath(name), options, jsonBody(fields));
  }

  /** @throws {RefusedError} */
  removeInterface(name: string, options: ApplyOptions = {}): Promise<Applied> {
    return this.#change("DELETE", interfacePath(name), options);
  }

  /** @throws {RefusedError} */
  addVip(vip: unknown, options: ApplyOptions = {}): Promise<Applied> {
    return this.#change("POST", "vips", options, jsonBody(vip));
  }

  /** Merges fields over those that are there; null takes one away. @throws {RefusedError} */
  updateVip(name: string, fields: unknown, options: ApplyOptions = {}): Promise<Applied> {
    return this.#change("PATCH", vipPath(name), options, jsonBody(fields));
  }

  /** @throws {RefusedError} */
  removeVip(name: string, options: ApplyOptions & { flush?: boolean } = {}): Promise<Applied> {
    return this.#change("DELETE", vipPath(name), options);
  }

  /** Forgets the flows of all its servers. @throws {RefusedError} */
  flushVip(name: string, options: ApplyOptions = {}): Promise<Applied> {
    return this.#change("POST", `${vipPath(name)}/flush`, options);
  }

  /** Adds one server, or several at once. @throws {RefusedError} */
  addServers(vip: string, servers: unknown[], options: ApplyOptions = {}): Promise<Applied> {
    const body = servers.length === 1 ? servers[0] : servers;
    return this.#change("POST", `${vipPath(vip)}/servers`, options, jsonBody(body));
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
    weight: unknown,
    options: ApplyOptions = {},
  ): Promise<Applied> {
    return this.#change("PATCH", serverPath(vip, address), options, jsonBody({ weight }));
  }

  /** Weights of several servers at once: all or none. @throws {RefusedError} */
  setWeights(
    vip: string,
    weights: readonly { address: string; weight: unknown }[],
    options: ApplyOptions = {},
  ): Promise<Applied> {
    return this.#change("PATCH", `${vipPath(vip)}/servers`, options, jsonBody(weights));
  }

  /** Forgets the server's flows. @throws {RefusedError} */
  flushServer(vip: string, address: string, options: ApplyOptions = {}): Promise<Applied> {
    return this.#change("POST", `${serverPath(vip, address)}/flush`, options);
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
    options: ApplyOptions & { flush?: boolean | string[] },
    body?: Body,
  ): Promise<Applied> {
    const headers = new Headers();
    if (options.ifMatch !== undefined) headers.set("if-match", `"${options.ifMatch}"`);
    if (body !== undefined) headers.set("content-type", `application/${body.type}`);
    const flush = options.flush === true ? 1 : options.flush || undefined;
    const { over, bins } = options;
    const flags = { dry_run: options.dryRun ? 1 : undefined, over, bins, flush };
    const init = body === undefined ? { headers } : { headers, body: body.text };
    const response = await this.#transport.send(method, path + search(flags), init);
    return await response.json();
  }
}

/** Which revision an answer is about. The tag is weak where the answer was compressed on its way. */
function revisionOf({ headers }: Response): number {
  return Number(headers.get("etag")?.replace(/^W\//, "").replaceAll('"', ""));
}
