/**
 * The one place that changes what runs. Changes happen one after the other; each is validated as a whole, committed
 * to the data plane, and stored. A refused one leaves everything as it was.
 *
 * @module
 */
import { type Caller, PROGRAM } from "./caller.ts";
import type { Accepted, ApplyOptions, Change, DirectChange } from "./change.ts";
import type { Controller as ControllerInterface } from "./controller/interface.ts";
import { commit, type Surroundings } from "./controller/commit.ts";
import { followKernel } from "./controller/follow.ts";
import type { ControllerOptions } from "./controller/options.ts";
import type { Dataplane } from "./dataplane.ts";
import { History } from "./controller/history.ts";
import { Events } from "./events.ts";
import type { HistoryView, Span } from "./history.ts";
import { Health } from "./health.ts";
import { HopLog } from "./next_hops/log.ts";
import { kernel as thisKernel } from "./next_hops/kernel.ts";
import { log } from "./log.ts";
import { PathMtus } from "./next_hops/path_mtus.ts";
import { isNothing } from "./plan.ts";
import { accepted, commentOf, logChange, whatWords } from "./controller/outcome.ts";
import { prepare } from "./controller/prepare.ts";
import { PortWatch } from "./controller/port_watch.ts";
import { hasPorts } from "./ports.ts";
import { Reading } from "./controller/reading.ts";
import { Pulse } from "./controller/progress.ts";
import { Recorder } from "./controller/recorder.ts";
import { Refresher } from "./controller/refresher.ts";
import type { Running } from "./running.ts";
import { Saver } from "./controller/saver.ts";
import { settle } from "./controller/settle.ts";
import { startConfigs } from "./controller/start_config.ts";
import { startFirst } from "./controller/start.ts";
import type { Store } from "./store.ts";
import { Ticker } from "./controller/ticker.ts";
import { viewTotals, vipCounter } from "./views.ts";
import { movedNeighbours } from "./views/neighbours.ts";
import { asAsked, requireRevision } from "./controller/validate.ts";

export type { ControllerOptions };

/** What a program is started with is a file's. */
const START: Caller = { ...PROGRAM, via: "file" };

/** Pause between two looks at the kernel, and while a next hop is still to be found. */
const LOOK_MS = 2000;
const LOOK_UNSURE_MS = 1000;

/** The controller of one data plane. */
export class Controller extends Reading implements ControllerInterface {
  #running: Running;
  #queue: Promise<unknown> = Promise.resolve();
  readonly events = new Events();
  readonly #around: Surroundings;
  readonly #saver: Saver;
  readonly #history: History;
  readonly #recorder: Recorder;
  /** Null: there is no thread that turns a loop. */
  readonly #pulse: Pulse | null;
  #storeProblem: string | null = null;
  readonly #hopLog = new HopLog();
  readonly #health: Health;
  readonly #checks: boolean;
  readonly #portWatch = new PortWatch();
  readonly #refresher = new Refresher(() => this.refresh());

  private constructor(
    running: Running,
    around: Surroundings,
    saver: Saver,
    history: History,
    store: Store | null,
    health: Health,
    checks: boolean,
  ) {
    super(saver, history);
    this.#running = running;
    this.#health = health;
    this.#checks = checks;
    this.#around = around;
    this.#saver = saver;
    this.#history = history;
    this.#recorder = new Recorder(running.dataplane, store);
    this.#pulse = hasPorts(running.dataplane)
      ? new Pulse(running.dataplane, (worker, state) => {
        log(state === "stuck" ? "worker_stuck" : "worker_moves", { worker });
        this.events.publish("worker", { at: new Date().toISOString(), worker, state });
      })
      : null;
    new Ticker(this.events, {
      counters: (vips, servers) => this.counters(vips, servers),
      totals: () => viewTotals(this.running),
      drops: {
        text: (name) => textOf(this.running.dataplane, name),
        ofVips: (counter) => vipCounter(this.running, counter),
      },
    });
  }

  /**
   * Commits the configuration that is the truth at this start, and keeps it fresh from then on.
   *
   * @throws {RefusedError} when it cannot run. @throws {StoreError} when the store cannot be read.
   */
  static async start(options: ControllerOptions): Promise<Controller> {
    const { dataplane, store } = options;
    const choice = startConfigs(dataplane, store, options.config);
    const kernel = options.kernel === undefined
      ? hasPorts(dataplane) ? thisKernel : null
      : options.kernel;
    const health: Health = new Health({
      noWay: (address) => controller.#running.nextHops.get(address)?.reason ?? null,
      settle: () => controller.#settle(),
      tell: (event) => controller.events.publish("health", event),
    });
    const memory = options.memory ?? null;
    const around = { kernel, paths: new PathMtus() };
    const { running, isNew, notes } = await startFirst(
      options.strict ? choice.slice(0, 1) : choice,
      dataplane,
      health,
      around,
      memory,
      options.before,
    );
    const { revision, config } = running;
    const saver = new Saver(store, [...options.notes ?? [], ...notes]);
    if (isNew) saver.save(revision, config, { comment: "start", what: "" }, START);
    const checks = options.check ?? hasPorts(dataplane);
    const history = new History(store, saver);
    const controller = new Controller(
      running,
      around,
      saver,
      history,
      store,
      health,
      checks,
    );
    if (checks) health.follow(running.config);
    // At once, so that it forwards when this returns, where all next hops are known; unless they were before.
    if (!(options.follow ?? hasPorts(dataplane))) controller.#refresher.close();
    else if (options.before?.nextHops === undefined) await controller.refresh();
    controller.#refresher.soon();
    return controller;
  }

  history(span: Span): HistoryView {
    return this.#recorder.view(span);
  }

  protected override get running(): Running {
    return this.#running;
  }

  protected override get stuck(): readonly number[] {
    return this.#pulse?.stuck() ?? [];
  }

  apply(
    change: Change,
    options: ApplyOptions = {},
    caller: Caller = PROGRAM,
  ): Promise<Accepted> {
    return this.#serially(() => this.#apply(change, options, caller));
  }

  /** What another process needs to go on in place of this one, or this one once more. */
  handover(): Pick<Running, "config" | "ids" | "ports" | "nextHops"> {
    return this.#running;
  }

  /** Waits for the change that is under way, and changes nothing any more. Data plane and store stay open. */
  async close(): Promise<void> {
    this.#refresher.close();
    await this.#health.close();
    this.events.close();
    this.#recorder.close();
    this.#pulse?.[Symbol.dispose]();
    await this.#serially(() => Promise.resolve());
  }

  /** One change at a time, in the order they were asked for. */
  #serially<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(act);
    this.#queue = result.catch(() => {});
    return result;
  }

  async #apply(
    change: Change,
    options: ApplyOptions,
    caller: Caller,
  ): Promise<Accepted> {
    const { ifMatch, dryRun = false } = options;
    const running = this.#running;
    requireRevision(ifMatch, running.revision);
    const prepared = prepare(running, this.#resolved(change), caller, options);
    const { config, flushes, place, built, told } = prepared;
    const { plan } = told;
    if (dryRun || (isNothing(plan) && flushes.length === 0)) {
      return accepted(running, running.revision, config, { dry_run: dryRun, ...told });
    }
    // To flush servers that were removed before is no new configuration.
    const revision = isNothing(plan) ? running.revision : this.#saver.next(running.revision);
    try {
      this.#become(await commit(running, built, revision, this.#around));
    } catch (error) {
      throw asAsked(error, place);
    }
    const done = accepted(running, revision, config, { dry_run: false, ...told });
    const what = whatWords(done);
    if (revision !== running.revision) {
      const comment = commentOf(change);
      this.#saver.save(revision, config, { comment, what }, caller);
      done.store_problem = this.#saver.problem;
    }
    this.#refresher.soon();
    logChange(change.kind, revision, plan, what, caller);
    const at = new Date().toISOString();
    const { who, origin } = caller;
    this.events.publish("change", { at, revision, comment: commentOf(change), who, origin, plan });
    this.#tellStore();
    return done;
  }

  /** To go back to a revision is to replace the configuration by that one's. */
  #resolved(change: Change): DirectChange {
    if (change.kind !== "rollback") return change;
    return { kind: "replace", config: this.#history.config(change.revision) };
  }

  /**
   * Takes in what changed by itself: next hops, flows that ended, a store that works again. Never fails: what is wrong
   * goes to the log.
   *
   * @returns Milliseconds after which to look again.
   */
  refresh(): Promise<number> {
    return this.#serially(async () => {
      try {
        this.#saver.retry();
        this.#tellStore();
        await this.#follow();
      } catch (error) {
        log("tables_not_refreshed", { error: String(error) });
      }
      const unsure = [...this.#running.nextHops.values()].some(({ hop }) => hop === null);
      return unsure ? LOOK_UNSURE_MS : LOOK_MS;
    });
  }

  /** Has the tables follow what is known of servers' health. Never fails: what is wrong goes to the log. */
  #settle(): Promise<void> {
    return this.#serially(async () => {
      try {
        this.#become(await settle(this.#running));
      } catch (error) {
        log("servers_not_left_out", {
          error: String(error),
        });
        this.#health.settleLater();
      }
    });
  }

  /** From now on this is what runs. */
  #become(next: Running): void {
    const { nextHops: before, config } = this.#running;
    this.#running = next;
    if (this.#checks && next.config !== config) this.#health.follow(next.config);
    if (before === next.nextHops) return;
    for (const one of movedNeighbours(before, next.nextHops)) this.events.publish("neighbour", one);
  }

  /** Tells a problem of the store that came or went. */
  #tellStore(): void {
    const { problem } = this.#saver;
    if (problem === this.#storeProblem) return;
    this.#storeProblem = problem;
    this.events.publish("store", { at: new Date().toISOString(), problem });
  }

  async #follow(): Promise<void> {
    const running = this.#running = await this.#portWatch.follow(this.#running);
    const next = await followKernel(running, this.#around);
    this.#hopLog.report(next.nextHops);
    this.#become(await next.commit());
  }
}

/** The sentence on a counter. */
function textOf({ catalog }: Dataplane, name: string): string {
  return catalog.worker.find((one) => one.name === name)?.text ?? name;
}
