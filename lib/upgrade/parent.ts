/**
 * A program that handed over and stays, since whoever started it waits for its end: a shell, a container. It passes
 * signals on, starts the next ones, and ends as they do.
 *
 * @module
 */
import type { Link, Of } from "./link.ts";
import { Listener } from "./listener.ts";
import { kill, type Process, startHere } from "./process.ts";

/** Names to a new process where its parent waits for it. */
export const PARENT = "GUIDEWAY_PARENT";

/** Ends of the programs that it started, and who is followed. */
class Parent {
  readonly #listener: Listener;
  readonly #children = new Map<number, Process>();
  readonly #over = Promise.withResolvers<string>();
  #current: Process;

  constructor(socket: string, first: Process) {
    this.#listener = new Listener(socket);
    this.#current = first;
    this.#watch(first);
  }

  /** How the one that is followed ended. */
  get ended(): Promise<string> {
    return this.#over.promise;
  }

  get current(): number {
    return this.#current.pid;
  }

  /** Serves a child until it is gone. */
  async serve(link: Link): Promise<void> {
    for (;;) {
      const asked = await link.next(["start", "follow"]).catch(() => null);
      if (asked === null) return;
      if (asked.kind === "start") await this.#start(link, asked);
      else if (asked.kind === "follow") await this.#follow(link, asked.pid);
    }
  }

  [Symbol.dispose](): void {
    this.#listener[Symbol.dispose]();
  }

  async #start(link: Link, { file, env }: Of<"start">): Promise<void> {
    try {
      const process = await startHere(file, { ...env, [PARENT]: this.#listener.address });
      this.#watch(process);
      void this.#listener.accept().then(({ link }) => this.serve(link), () => {});
      await link.send({ kind: "started", pid: process.pid });
      void process.ended.then((how) => link.send({ kind: "ended", pid: process.pid, how }));
    } catch (error) {
      await link.send({ kind: "failed", reason: String(error) });
    }
  }

  async #follow(link: Link, pid: number): Promise<void> {
    this.#current = this.#children.get(pid) ?? this.#current;
    await link.send({ kind: "following" });
  }

  #watch(process: Process): void {
    this.#children.set(process.pid, process);
    void process.ended.then((how) => {
      this.#children.delete(process.pid);
      if (this.#current === process) this.#over.resolve(how);
    });
  }
}

/**
 * Stays until the program that took over ends, or those that took over from it.
 *
 * @param stop Aborts with the name of the signal that is passed on.
 * @returns Its exit code; 128 and the signal's number where a signal ended it, as a shell tells it.
 */
export async function stayBehind(
  socket: string,
  { process, link }: { process: Process; link: Link },
  stop: AbortSignal,
): Promise<number> {
  using parent = new Parent(socket, process);
  void parent.serve(link);
  const pass = (signal: Deno.Signal) => kill(parent.current, signal);
  const onStop = () => pass(stop.reason === "SIGINT" ? "SIGINT" : "SIGTERM");
  const onHangup = () => pass("SIGHUP");
  stop.addEventListener("abort", onStop);
  Deno.addSignalListener("SIGHUP", onHangup);
  try {
    if (stop.aborted) onStop();
    // A child that waits for its end keeps no program running.
    using _awake = keepAwake();
    return exitCode(await parent.ended);
  } finally {
    stop.removeEventListener("abort", onStop);
    Deno.removeSignalListener("SIGHUP", onHangup);
  }
}

/** `startHere` lets go of its children. */
function keepAwake(): Disposable {
  const timer = setInterval(() => {}, 1 << 30);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

const SIGNALS: Record<string, number> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
};

function exitCode(how: string): number {
  const [kind, what = ""] = how.split(" ");
  return kind === "code" ? Number(what) : 128 + (SIGNALS[what] ?? 1);
}
