/**
 * Whether the workers do what they are there for: each turns its polling loop.
 *
 * @module
 */
import type { Dataplane } from "../dataplane.ts";

/** How long a start waits for the workers, and how often it looks, milliseconds. */
const START_MS = 10_000;
const LOOK_MS = 2;

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

/**
 * Resolves when every worker has turned a loop since the call: what was committed before is what they forward by.
 *
 * @throws {Error} when one does not in time.
 */
export async function workersTurn(
  dataplane: Pick<Dataplane, "workers" | "catalog" | "workerCounters">,
  milliseconds = START_MS,
): Promise<void> {
  const progress = new Progress(dataplane);
  const end = performance.now() + milliseconds;
  let waiting = Array.from({ length: dataplane.workers }, (_, worker) => worker);
  while (waiting.length > 0) {
    if (performance.now() > end) {
      throw new Error(`worker ${waiting.join(", ")} does not run: no turn in ${milliseconds} ms`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const stuck = progress.stuck();
    waiting = waiting.filter((worker) => stuck.includes(worker));
  }
}
