/**
 * The running program, as REST and the pages see it.
 *
 * @module
 */
import type { Config } from "../config.ts";
import type { CounterCatalog } from "../dataplane.ts";
import type { HistoryView, Span } from "../history.ts";
import type { Events } from "../events.ts";
import type { Caller } from "../caller.ts";
import type { Accepted, ApplyOptions, Change } from "../change.ts";
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

/** The running program, as REST and the pages see it. */
export interface Controller {
  readonly revision: number;
  /** What happens, as it happens. */
  readonly events: Events;
  config(): Config;
  /**
   * @param caller Who asks; the program itself unless given.
   * @throws {RefusedError} 403 where the caller may not change what the change would
   */
  apply(change: Change, options?: ApplyOptions, caller?: Caller): Promise<Accepted>;
  status(): Status;
  /** These two: @throws {RefusedError} 400 for a cursor that is none */
  vips(query?: ListQuery): VipsView;
  servers(query?: ServerQuery): ServersView;
  /** @throws {RefusedError} 400 for a cursor that is none */
  health(query?: HealthQuery): HealthView;
  /** @throws {RefusedError} 404 */
  vip(name: string): VipStatus;
  /** @throws {RefusedError} 404; 400 for a cursor that is none */
  serversOf(vip: string, query?: ServerListQuery): ServerListView;
  /** @param vips Names. @param servers `VIP ADDRESS`. All unless given. */
  counters(vips?: readonly string[], servers?: readonly string[]): CountersView;
  /** @throws {StoreError} when the store cannot be read */
  history(span: Span): HistoryView;
  /** @throws {RefusedError} 400, 404 */
  flows(query: FlowQuery): FlowsView;
  /** @throws {RefusedError} 400 */
  trace(query: TraceQuery): TraceView;
  /** Counter names with their sentences. */
  catalog(): CounterCatalog;
  /** @throws {RefusedError} 404; 400 for slots that are not there */
  table(vip: string, query?: TableQuery): TableView;
  neighbours(query?: ListQuery): NeighboursView;
  /** These four: @throws {StoreError} when the store cannot be read; {RefusedError} 400, 404, 409 */
  revisions(query?: RevisionQuery): RevisionsView;
  revisionOf(number: number): RevisionView;
  /** The same as this program reads it. */
  revisionConfig(number: number): Config;
  /** @param to The running one unless given. */
  revisionDiff(from: number, to?: number): RevisionDiff;
  close(): Promise<void>;
}
