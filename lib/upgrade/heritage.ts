/**
 * What a program that was started to take another one's place is told by that one, and tells it.
 *
 * @module
 */
import { type Config, parseConfig } from "../config.ts";
import type { NextHop, NextHops } from "../next_hops.ts";
import { VERSION } from "../version.ts";
import { type Link, LinkError, type Task } from "./link.ts";
import { connectBack } from "./listener.ts";
import { PARENT } from "./parent.ts";
import { HANDOVER } from "./variable.ts";
import type { UpgradeView } from "./view.ts";

/** The old program at the other end. Closed when the signal aborts, so that nothing waits any more. */
export class Heritage {
  readonly task: Task;
  /** The configuration that ran when this process began. */
  readonly config: Config;
  readonly #link: Link;
  readonly #parent: Link | null;
  readonly #stop: AbortSignal;

  private constructor(link: Link, parent: Link | null, task: Task, stop: AbortSignal) {
    this.#link = link;
    this.#parent = parent;
    this.#stop = stop;
    this.task = task;
    this.config = parseConfig(task.config);
  }

  /** Null: this is an ordinary start. Takes it out of the environment. @throws {Error} when nobody is there */
  static async take(stop: AbortSignal): Promise<Heritage | null> {
    const [address, above] = [HANDOVER, PARENT].map((name) => {
      const value = Deno.env.get(name);
      Deno.env.delete(name);
      return value;
    });
    if (!address) return null;
    const link = await connectBack(address, VERSION);
    const parent = above ? await connectBack(above, VERSION) : null;
    stop.addEventListener("abort", () => link[Symbol.dispose]());
    const { task } = await link.expect("task");
    try {
      return new Heritage(link, parent, task, stop);
    } catch (error) {
      await sayFailed(link, error);
      throw error;
    }
  }

  /** All is there that this process can have beside the old one; what is the truth when that has let go of the store. */
  async store(): Promise<{ config: Config; nextHops: NextHops }> {
    await this.#link.send({ kind: "prepared" });
    const { truth: { config, nextHops } } = await this.#told("store");
    return { config: parseConfig(config), nextHops: new Map(nextHops as [string, NextHop][]) };
  }

  /** The store is open; resolves when the old program forwards nothing any more. */
  async rest(): Promise<void> {
    await this.#link.send({ kind: "opened" });
    await this.#told("rest");
  }

  /** Resolves when the old program has let go of all. */
  async yours(): Promise<void> {
    await this.#told("yours");
  }

  async forwards(): Promise<void> {
    await this.#link.send({ kind: "forwards" });
  }

  /**
   * All is ready.
   *
   * @returns The upgrade as it ended, and the parent that stays: when that ends this program does, too. Null: none.
   */
  async ready(revision: number): Promise<{ upgrade: UpgradeView; parent: Link | null }> {
    await this.#link.send({ kind: "ready", revision });
    const { upgrade, stays } = await this.#told("done");
    if (stays) return { upgrade, parent: this.#link };
    return { upgrade, parent: this.#parent };
  }

  /** Why there will be nothing. */
  async failed(error: unknown): Promise<void> {
    await sayFailed(this.#link, error);
  }

  async #told<Kind extends "store" | "rest" | "yours" | "done">(kind: Kind) {
    try {
      return await this.#link.expect(kind);
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      throw new Error(
        this.#stop.aborted
          ? "stopped before it took over"
          : `the program that was to hand over is gone: ${error.message}`,
      );
    }
  }
}

async function sayFailed(link: Link, error: unknown): Promise<void> {
  const reason = error instanceof Error ? error.message : String(error);
  await link.send({ kind: "failed", reason });
}
