/**
 * Looks again and again whether the program is well, and has the service manager's watchdog wait as long as it is.
 *
 * @module
 */
import type { Client } from "../client.ts";
import type { Dataplane } from "../dataplane.ts";
import { log } from "../log.ts";
import type { Status } from "../status.ts";
import { Progress } from "../controller/progress.ts";
import type { ServiceManager } from "./service_manager.ts";

/** Between two looks where no watchdog waits, milliseconds. */
const PAUSE_MS = 5000;
/** So many looks in the watchdog's time: one that comes too late ends nothing. */
const LOOKS = 4;

/** What is looked at. */
export interface Watched {
  dataplane: Pick<Dataplane, "workers" | "catalog" | "workerCounters">;
  /** Asks the program as others do. */
  client: Pick<Client, "status">;
  manager: ServiceManager;
}

/** Begins to look; ends with its scope. */
export function keepWatch(watched: Watched): Disposable {
  const watch = new Watch(watched);
  const pause = (watched.manager.watchdogMs ?? LOOKS * PAUSE_MS) / LOOKS;
  const timer = setInterval(() => void watch.look(pause), pause);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Remembers what it told. */
class Watch {
  readonly #watched: Watched;
  readonly #progress: Progress;
  #stuck: number[] = [];
  #silent = false;
  #looking = false;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#progress = new Progress(watched.dataplane);
  }

  /** @param patience Milliseconds for an answer. */
  async look(patience: number): Promise<void> {
    const moves = this.#workersMove();
    const { manager, client } = this.#watched;
    if (!manager.there || this.#looking) return;
    this.#looking = true;
    try {
      const status = await within(client.status(), patience);
      if (this.#silent) log("answering", { revision: status.revision });
      this.#silent = false;
      manager.status(moves ? statusWords(status) : `worker ${this.#stuck.join(", ")} is stuck`);
      if (moves) manager.alive();
    } catch (error) {
      if (!this.#silent) log("not_answering", { error });
      this.#silent = true;
      manager.status("the program's own socket does not answer");
    } finally {
      this.#looking = false;
    }
  }

  #workersMove(): boolean {
    this.#stuck = this.#progress.stuck();
    return this.#stuck.length === 0;
  }
}

/** What runs, in a sentence. */
export function statusWords({ revision, vips, servers, health, interfaces }: Status): string {
  const down = health.down === 0 ? "" : `, ${health.down} down`;
  const closed = interfaces.filter(({ link_up }) => !link_up).map(({ name }) => name);
  const links = closed.length === 0 ? "" : `, no link at ${closed.join(", ")}`;
  return `forwarding by revision ${revision}: VIPs ${vips}, servers ${servers}${down}, ` +
    `interfaces ${interfaces.length}${links}`;
}

/** @throws {Error} when it takes longer */
async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`no answer in ${Math.round(milliseconds)} ms`);
    timer = setTimeout(() => reject(error), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => {});
  }
}
