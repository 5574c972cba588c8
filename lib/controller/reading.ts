/**
 * What of the running program can be read: views of what runs now, and of what ran before.
 *
 * @module
 */
import type {
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
  TraceQuery,
  TraceView,
  VipsView,
} from "../question.ts";
import type { CountersView, Status, VipStatus } from "../status.ts";
import type { Config, VipConfig } from "../config.ts";
import { differences } from "../config/diff.ts";
import type { CounterCatalog } from "../dataplane.ts";
import type { Running } from "../running.ts";
import { viewCounters, viewStatus, viewVip } from "../views.ts";
import { listHealth } from "../views/health.ts";
import { listVips } from "../views/lists.ts";
import { listServers, listServersOf } from "../views/server_list.ts";
import { viewFlows } from "../views/flows.ts";
import { viewNeighbours } from "../views/neighbours.ts";
import { viewTable } from "../views/table.ts";
import { traceFlow } from "../views/trace.ts";
import { vipName } from "../vip_name.ts";
import { knownVip } from "./edit/known.ts";
import type { History } from "./history.ts";
import type { Saver } from "./saver.ts";

/** Changes nothing. Its methods are those of the interface in change.ts. */
export abstract class Reading {
  readonly #startedAt = new Date();
  readonly #saver: Saver;
  readonly #history: History;

  protected constructor(saver: Saver, history: History) {
    this.#saver = saver;
    this.#history = history;
  }

  /** What runs at this moment. */
  protected abstract get running(): Running;

  /** Workers that stand still. */
  protected abstract get stuck(): readonly number[];

  get revision(): number {
    return this.running.revision;
  }

  config(): Config {
    return structuredClone(this.running.config);
  }

  status(): Status {
    return viewStatus(this.running, this.#startedAt, this.#saver, this.stuck);
  }

  vips(query: ListQuery = {}): VipsView {
    return listVips(this.running, query);
  }

  servers(query: ServerQuery = {}): ServersView {
    return listServers(this.running, query);
  }

  vip(name: string): VipStatus {
    return viewVip(this.running, this.#vip(name));
  }

  serversOf(vip: string, query: ServerListQuery = {}): ServerListView {
    return listServersOf(this.running, this.#vip(vip), query);
  }

  table(vip: string, query: TableQuery = {}): TableView {
    return viewTable(this.running, this.#vip(vip), query);
  }

  neighbours(query: ListQuery = {}): NeighboursView {
    return viewNeighbours(this.running, query);
  }

  counters(vips?: readonly string[], servers?: readonly string[]): CountersView {
    return viewCounters(this.running, vips, servers);
  }

  flows(query: FlowQuery): FlowsView {
    return viewFlows(this.running, query);
  }

  health(query: HealthQuery = {}): HealthView {
    return listHealth(this.running, query);
  }

  trace(query: TraceQuery): TraceView {
    return traceFlow(this.running, query);
  }

  catalog(): CounterCatalog {
    return this.running.dataplane.catalog;
  }

  revisions(query: RevisionQuery = {}): RevisionsView {
    return this.#history.list(query);
  }

  revisionOf(number: number): RevisionView {
    return this.#history.get(number);
  }

  revisionConfig(number: number): Config {
    return this.#history.config(number);
  }

  revisionDiff(from: number, to?: number): RevisionDiff {
    const before = this.#history.config(from);
    const after = to === undefined ? this.running.config : this.#history.config(to);
    return { from, to: to ?? this.revision, changes: differences(before, after) };
  }

  /** @throws {RefusedError} 404 */
  #vip(name: string): VipConfig {
    const { config } = this.running;
    const known = knownVip(config, name);
    return config.vips.find((vip) => vipName(vip) === known)!;
  }
}
