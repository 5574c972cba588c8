/**
 * Whether the workers do what they are there for: each turns its polling loop.
 *
 * @module
 */
import { Progress } from "../controller/progress.ts";
import type { Dataplane } from "../dataplane.ts";

/** How long a start waits for the workers, and how often it looks, milliseconds. */
const START_MS = 10_000;
const LOOK_MS = 2;

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
