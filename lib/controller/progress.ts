/**
 * Whether workers do what they are there for: each turns its polling loop.
 *
 * @module
 */
import type { Dataplane } from "../dataplane.ts";

/** Compares the loops of each worker with what they were at the last look. */
export class Progress {
  readonly #dataplane: Pick<Dataplane, "workers" | "catalog" | "workerCounters">;
  readonly #at: number;
  #before: number[];

  constructor(dataplane: Pick<Dataplane, "workers" | "catalog" | "workerCounters">) {
    this.#dataplane = dataplane;
    this.#at = dataplane.catalog.worker.findIndex(({ name }) => name === "loops");
    this.#before = this.#loops();
  }

  /** Workers that turned no loop since the last look. */
  stuck(): number[] {
    const before = this.#before;
    const now = this.#before = this.#loops();
    return now.flatMap((loops, worker) => loops === before[worker] ? [worker] : []);
  }

  #loops(): number[] {
    const { workers } = this.#dataplane;
    return Array.from(
      { length: workers },
      (_, worker) => this.#dataplane.workerCounters(worker)[this.#at] ?? 0,
    );
  }
}

const LOOK_MS = 1000;
/** A worker that has to wait for its processor a while is not stuck. */
const LOOKS = 3;

/** Looks once a second which workers stand still. */
export class Pulse implements Disposable {
  readonly #progress: Progress;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #tell: (worker: number, state: "stuck" | "moves") => void;
  /** Looks in a row at which a worker stood still. */
  #still = new Map<number, number>();

  /** @param tell Hears of each worker that begins to stand still, or to move. */
  constructor(
    dataplane: Pick<Dataplane, "workers" | "catalog" | "workerCounters">,
    tell: (worker: number, state: "stuck" | "moves") => void,
  ) {
    this.#progress = new Progress(dataplane);
    this.#tell = tell;
    this.#timer = setInterval(() => this.look(), LOOK_MS);
  }

  look(): void {
    const [before, stuck] = [this.#still, this.stuck()];
    this.#still = new Map(
      this.#progress.stuck().map((worker) => [worker, (before.get(worker) ?? 0) + 1]),
    );
    const now = this.stuck();
    for (const worker of now) if (!stuck.includes(worker)) this.#tell(worker, "stuck");
    for (const worker of stuck) if (!now.includes(worker)) this.#tell(worker, "moves");
  }

  /** Workers that have forwarded nothing for seconds, and do not even look for packets. */
  stuck(): number[] {
    return [...this.#still].flatMap(([worker, looks]) => looks < LOOKS ? [] : [worker]);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
