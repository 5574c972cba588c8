/**
 * What of a running program can be read over REST.
 *
 * @module
 */
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
} from "../question.ts";
import type { CountersView, InterfaceStatus, Status, VipStatus } from "../status.ts";
import type { DeviceView } from "../devices.ts";
import type { Config } from "../config.ts";
import type { CounterCatalog } from "../dataplane.ts";
import type { HistoryView, Span } from "../history.ts";
import type { Event, Topic } from "../events.ts";
import type { UpgradeView } from "../upgrade/view.ts";
import { readEvents } from "./event_stream.ts";
import { interfacePath, orNone, search, vipPath } from "./request.ts";
import type { Transport } from "./transport.ts";

/** Asks a running program. Every method throws {@linkcode NotAnsweringError} when there is none. */
export class Reader implements Disposable {
  protected readonly transport: Transport;

  /** @param transport The reader's own from then on. */
  constructor(transport: Transport) {
    this.transport = transport;
  }

  status(): Promise<Status> {
    return this.get("status");
  }

  /** @param vips Names. @param servers Of their servers only these, as `VIP ADDRESS`. All unless given. */
  counters(vips?: readonly string[], servers?: readonly string[]): Promise<CountersView> {
    return this.get("counters" + search({ vip: orNone(vips), server: orNone(servers) }));
  }

  /** What came, left and was lost, over time. */
  history(span: Span): Promise<HistoryView> {
    return this.get("history" + search({ span }));
  }

  /** Counter names with their sentences. */
  catalog(): Promise<CounterCatalog> {
    return this.get("counters/catalog");
  }

  /** All, or those that are asked for. */
  vips(query: ListQuery = {}): Promise<VipsView> {
    return this.get("vips" + search({ ...query }));
  }

  /** Of all VIPs, or those that are asked for. */
  servers(query: ServerQuery = {}): Promise<ServersView> {
    const { condition, ...rest } = query;
    return this.get("servers" + search({ ...rest, condition: condition?.join(",") }));
  }

  /** How servers are, and how many are how. */
  health(query: HealthQuery = {}): Promise<HealthView> {
    return this.get("health" + search({ ...query }));
  }

  /** @throws {RequestError} 404 */
  vip(name: string): Promise<VipStatus> {
    return this.get(vipPath(name));
  }

  /** Servers of a VIP, all or those that are asked for. @throws {RequestError} 404 */
  serversOf(vip: string, query: ServerListQuery = {}): Promise<ServerListView> {
    const { condition, ...rest } = query;
    const words = condition?.join(",");
    return this.get(`${vipPath(vip)}/servers` + search({ ...rest, condition: words }));
  }

  /** Who has how much of a VIP's table; slots one by one with `from`, bin by bin with `bins`. @throws {RequestError} 404 */
  table(vip: string, query: TableQuery = {}): Promise<TableView> {
    return this.get(`${vipPath(vip)}/table` + search({ ...query }));
  }

  /** Where packets leave. */
  neighbours(query: ListQuery = {}): Promise<NeighboursView> {
    return this.get("neighbours" + search({ ...query }));
  }

  /** What happens, as it happens, until the program ends or nobody asks for more. The first is `hello`. */
  async *events(topics: readonly Topic[]): AsyncGenerator<Event> {
    const response = await this.transport.send(
      "GET",
      "events" + search({ topics: topics.join(",") }),
    );
    yield* readEvents(response.body!);
  }

  /** A page of flows. @throws {RequestError} for an unknown VIP or server */
  flows(query: FlowQuery = {}): Promise<FlowsView> {
    return this.get("flows" + search({ ...query }));
  }

  /** Where a packet would go, and why. @throws {RequestError} for addresses that are none, and for no hex digits */
  async trace(query: TraceQuery): Promise<TraceView> {
    if (!("frame" in query)) return await this.get("trace" + search({ ...query }));
    return await (await this.transport.send("POST", "trace", {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(query),
    })).json();
  }

  /** The running configuration and its revision. */
  async config(): Promise<{ config: Config; revision: number }> {
    const response = await this.transport.send("GET", "config");
    return { config: await response.json(), revision: revisionOf(response) };
  }

  /** The same as YAML. */
  async configText(): Promise<{ text: string; revision: number }> {
    const headers = { accept: "application/yaml" };
    const response = await this.transport.send("GET", "config", { headers });
    return { text: await response.text(), revision: revisionOf(response) };
  }

  /** A page of the audit log, the newest first. */
  audit(query: ListQuery = {}): Promise<AuditsView> {
    return this.get("audit" + search({ ...query }));
  }

  /** Those that may ask, without their secrets. */
  tokens(): Promise<{ tokens: TokenView[] }> {
    return this.get("tokens");
  }

  /** The last upgrade of the running program; null: there was none. */
  async lastUpgrade(signal?: AbortSignal): Promise<UpgradeView | null> {
    return (await this.get<{ upgrade: UpgradeView | null }>("upgrade", signal)).upgrade;
  }

  /** A page of revisions, the newest first. */
  revisions(query: RevisionQuery = {}): Promise<RevisionsView> {
    return this.get("revisions" + search({ ...query }));
  }

  /** @throws {RequestError} 404 */
  revision(number: number): Promise<RevisionView> {
    return this.get(`revisions/${number}`);
  }

  /** Its configuration as YAML. @throws {RequestError} 404, 409 */
  async revisionText(number: number): Promise<string> {
    const headers = { accept: "application/yaml" };
    return await (await this.transport.send("GET", `revisions/${number}`, { headers })).text();
  }

  /** What differs; against what runs unless `to` is given. @throws {RequestError} 404 */
  revisionDiff(from: number, to?: number): Promise<RevisionDiff> {
    return this.get(`revisions/${from}/diff` + search({ to }));
  }

  /** Those that are open. */
  interfaces(): Promise<{ interfaces: InterfaceStatus[] }> {
    return this.get("interfaces");
  }

  /** @throws {RequestError} 404 */
  interface(name: string): Promise<InterfaceStatus> {
    return this.get(interfacePath(name));
  }

  /** What an interface can be opened on. */
  devices(): Promise<{ devices: DeviceView[] }> {
    return this.get("devices");
  }

  [Symbol.dispose](): void {
    this.transport[Symbol.dispose]();
  }

  /** @param signal Ends the waiting. */
  protected async get<T>(path: string, signal?: AbortSignal): Promise<T> {
    const init = signal === undefined ? {} : { signal };
    return await (await this.transport.send("GET", path, init)).json();
  }
}

/** Which revision an answer is about. The tag is weak where the answer was compressed on its way. */
function revisionOf({ headers }: Response): number {
  return Number(headers.get("etag")?.replace(/^W\//, "").replaceAll('"', ""));
}
