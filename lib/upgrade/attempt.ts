/**
 * One attempt of the running program to have another one take its place.
 *
 * @module
 */
import type { RealDataplane } from "../dataplane.ts";
import { type Link, LinkError, PROTOCOL, type Task, type Truth } from "./link.ts";
import { Listener } from "./listener.ts";
import { end, kill, type Process, type Starter } from "./process.ts";
import { HANDOVER } from "./variable.ts";

/** The new process loads itself and starts DPDK: on a slow machine with other things to do. */
const PREPARE_MS = 30_000;
/** From when it was given the store until it forwards and answers. */
const READY_MS = 10_000;

/** What the attempt tells while it goes on. */
export interface Told {
  started(pid: number): void;
}

/** A process that was started to take this one's place. Killed at the end of its scope, unless it took over. */
export class Attempt implements AsyncDisposable {
  readonly process: Process;
  readonly link: Link;
  /** As it says itself; where the file is a script this may be another than the process that was started. */
  readonly pid: number;
  /** Nothing was forwarded for so long; null: nothing was interrupted yet. */
  interruption: number | null = null;
  #over = false;
  #rested = 0;

  private constructor(process: Process, link: Link, pid: number) {
    this.process = process;
    this.link = link;
    this.pid = pid;
  }

  /**
   * Starts it; resolves when it has loaded all that it can have beside this one.
   *
   * @throws {Error} with the reason why it does not; then it is gone
   */
  static async start(
    { file, socket, task, starter, told, stop }: {
      file: string;
      socket: string;
      task: Task;
      starter: Starter;
      told: Told;
      /** Aborts: it is not wanted any more. */
      stop: AbortSignal;
    },
  ): Promise<Attempt> {
    using listener = new Listener(socket);
    const process = await starter(file, { [HANDOVER]: listener.address });
    told.started(process.pid);
    const deadline = deadlineIn(PREPARE_MS, "ready to take over");
    const accepted = listener.accept();
    accepted.catch(() => {});
    let attempt: Attempt | null = null;
    try {
      const { link, hello } = await orEnded(accepted, process, deadline, stop);
      attempt = new Attempt(process, link, hello.pid);
      if (hello.protocol !== PROTOCOL) {
        throw new LinkError(`it hands over in another way (${hello.protocol}, not ${PROTOCOL})`);
      }
      await link.send({ kind: "task", task });
      await orEnded(link.expect("prepared"), process, deadline, stop);
      return attempt;
    } catch (error) {
      if (attempt === null) await end(process);
      else await attempt[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * Hands over; resolves when the new process is ready. This one has closed store and listeners before.
   *
   * @param truth What is true by now.
   * @throws {Error} with the reason why it is not; it is gone, and the data plane has let go of all
   */
  async handOver(dataplane: RealDataplane, truth: Truth, stop: AbortSignal): Promise<void> {
    const deadline = deadlineIn(READY_MS, "ready");
    const wait = <T>(promise: Promise<T>) => orEnded(promise, this.process, deadline, stop);
    try {
      await this.link.send({ kind: "store", truth });
      await wait(this.link.expect("opened"));
      this.#rested = performance.now();
      await dataplane.rest();
      await this.link.send({ kind: "rest" });
      await dataplane.release({ shared: true });
      await this.link.send({ kind: "yours" });
      await wait(this.link.expect("forwards"));
      this.interruption = Math.round(performance.now() - this.#rested);
      await wait(this.link.expect("ready"));
      await dataplane.release();
      this.#over = true;
    } catch (error) {
      try {
        await this[Symbol.asyncDispose]();
      } finally {
        await dataplane.release();
      }
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    if (this.pid !== this.process.pid && !this.link.over) kill(this.pid, "SIGKILL");
    await end(this.process);
    this.link[Symbol.dispose]();
  }
}

/** Until when something must have happened, and what is said if it has not. */
interface Deadline {
  at: number;
  words: string;
}

function deadlineIn(milliseconds: number, what: string): Deadline {
  return {
    at: performance.now() + milliseconds,
    words: `it was not ${what} within ${milliseconds / 1000} s`,
  };
}

/** @throws {Error} when the process ends before, at the deadline, or when it is not wanted any more */
async function orEnded<T>(
  promise: Promise<T>,
  { ended }: Process,
  { at, words }: Deadline,
  stop: AbortSignal,
): Promise<T> {
  const { promise: vain, reject } = Promise.withResolvers<never>();
  vain.catch(() => {});
  const fail = (words: string) => reject(new Error(words));
  const onStop = () => fail("the program was told to stop");
  stop.addEventListener("abort", onStop);
  if (stop.aborted) onStop();
  const timer = setTimeout(() => fail(words), Math.max(0, at - performance.now()));
  // What it said last may still be on its way; and a torn connection is what its end looks like first.
  void ended.then(async (how) => {
    await new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS));
    fail(`it ended with ${how}; the log has what it said`);
  });
  promise.catch((error) => {
    if (!(error instanceof LinkError && error.torn)) reject(error);
  });
  try {
    return await Promise.race([orNever(promise), vain]);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", onStop);
  }
}

const LAST_WORDS_MS = 100;

/** What is promised, if it comes. */
function orNever<T>(promise: Promise<T>): Promise<T> {
  return new Promise((resolve) => void promise.then(resolve, () => {}));
}
