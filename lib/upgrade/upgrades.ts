/**
 * Upgrades of the running program: one at a time, and what became of the last one.
 *
 * @module
 */
import type { Caller } from "../caller.ts";
import { log } from "../log.ts";
import { RefusedError } from "../refused.ts";
import { VERSION } from "../version.ts";
import { Attempt } from "./attempt.ts";
import { checkExecutable } from "./check.ts";
import type { UpgradeDesk } from "./desk.ts";
import type { Link, Task } from "./link.ts";
import { startBy, startHere } from "./process.ts";
import type { ProgramView, UpgradeView } from "./view.ts";

/** What a new process is told of the running one. */
export type Facts = Omit<Task, "upgrade">;

const SELF: ProgramView = {
  version: VERSION,
  executable: Deno.build.standalone ? Deno.execPath() : null,
};

/** The upgrades of one process. */
export class Upgrades implements UpgradeDesk {
  #last: UpgradeView | null = null;
  #parent: Link | null = null;
  readonly #socket: string;
  readonly #orphaned: () => void;
  #stop = new AbortController();
  #facts: (() => Facts) | null = null;
  #prepared = Promise.withResolvers<void>();
  #preparing: Promise<unknown> = Promise.resolve();
  /** Is prepared, and nobody took it yet. */
  #attempt: Attempt | null = null;

  /** @param socket The program's own. @param orphaned Called when the parent is gone that this program lives with. */
  constructor(socket: string, orphaned: () => void) {
    this.#socket = socket;
    this.#orphaned = orphaned;
  }

  /** The process that waits for this one's end, and starts those that take its place; null: there is none. */
  get parent(): Link | null {
    return this.#parent;
  }

  get last(): UpgradeView | null {
    return this.#last;
  }

  /** This program came by that upgrade. */
  cameBy({ upgrade, parent }: { upgrade: UpgradeView; parent: Link | null }): void {
    this.#last = upgrade;
    this.#parent = parent;
    void parent?.ended.then(this.#orphaned);
  }

  /**
   * From now on upgrades may begin; at the end of the scope what was begun and is not prepared ends.
   *
   * @param facts What is true of the running program at any time.
   */
  open(facts: () => Facts): AsyncDisposable & { prepared: Promise<void> } {
    this.#facts = facts;
    this.#stop = new AbortController();
    this.#prepared = Promise.withResolvers();
    return {
      prepared: this.#prepared.promise,
      [Symbol.asyncDispose]: async () => {
        this.#facts = null;
        this.#stop.abort();
        await this.#preparing;
        const left = this.take();
        if (left === null) return;
        await left[Symbol.asyncDispose]();
        this.failed(new Error(STOPPED), NOTHING);
      },
    };
  }

  /** The attempt that is prepared, which is the caller's from then on. */
  take(): Attempt | null {
    const attempt = this.#attempt;
    this.#attempt = null;
    return attempt;
  }

  async begin(file: string, id: string, caller: Caller): Promise<UpgradeView> {
    if (this.#last?.id === id) return this.#last;
    if (this.#facts === null) throw refused("the program is just starting or stopping");
    if (this.#last?.state === "running") {
      throw refused(`an upgrade to ${this.#last.file} goes on already`);
    }
    const before = this.#last;
    const upgrade = this.#last = this.#begun(file, id);
    try {
      upgrade.to = await checkExecutable(file);
    } catch (error) {
      this.#last = before;
      throw error;
    }
    this.step("checked", `${file} is Guideway ${upgrade.to}`);
    const { who, origin: from } = caller;
    log("upgrade_started", { file, version: upgrade.to, who, from });
    this.#preparing = this.#prepare(upgrade);
    return upgrade;
  }

  /** Notes how far the last one came. */
  step(step: UpgradeView["steps"][number]["step"], text: string): void {
    this.#last?.steps.push({ step, at: new Date().toISOString(), text });
  }

  /** The last one came to its end. */
  done(interruption: number, text: string): UpgradeView {
    const upgrade = this.#last!;
    upgrade.state = "done";
    upgrade.interruption_ms = interruption;
    this.step("ready", text);
    const { file, to: version } = upgrade;
    log("upgrade_done", { file, version, interruption_ms: interruption });
    return upgrade;
  }

  /** The last one came to nothing. @param back What this program does then. */
  failed(error: unknown, back: { step: "failed" | "back"; text: string }): string {
    const upgrade = this.#last!;
    const reason = error instanceof Error ? error.message : String(error);
    upgrade.state = "failed";
    upgrade.reason = reason;
    this.step(back.step, back.text);
    log("upgrade_failed", { file: upgrade.file, version: upgrade.to, reason });
    return reason;
  }

  #begun(file: string, id: string): UpgradeView {
    return {
      id,
      file,
      state: "running",
      from: SELF,
      to: null,
      steps: [],
      reason: null,
      interruption_ms: null,
      installed: this.#last?.installed ?? SELF.executable,
    };
  }

  /** Never rejects. */
  async #prepare(upgrade: UpgradeView): Promise<void> {
    const stop = this.#stop.signal;
    try {
      const attempt = await Attempt.start({
        file: upgrade.file,
        socket: this.#socket,
        task: { ...this.#facts!(), upgrade },
        starter: this.#parent === null ? startHere : startBy(this.#parent),
        told: { started: (pid) => this.step("started", `it runs as process ${pid}`) },
        stop,
      });
      this.step("prepared", "it is ready to take over");
      this.#attempt = attempt;
      this.#prepared.resolve();
    } catch (error) {
      this.failed(error, NOTHING);
    }
  }
}

const STOPPED = "the program was told to stop";
const NOTHING = { step: "failed", text: "nothing changed; the old program goes on" } as const;

function refused(message: string): RefusedError {
  return new RefusedError(409, [{ path: "", message }]);
}
