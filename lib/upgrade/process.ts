/**
 * Processes that this one starts, or has its parent start.
 *
 * @module
 */
import { inheritNothing } from "../native.ts";
import type { Link } from "./link.ts";

/** A process that was started. */
export interface Process {
  pid: number;
  /** Resolves with how it ended: `code 1`, `signal SIGKILL`. */
  ended: Promise<string>;
}

/** Starts a program with this one's own arguments. @throws {Error} the system's */
export type Starter = (file: string, env: Record<string, string>) => Promise<Process>;

/** As a child, which writes to the same log. */
export const startHere: Starter = (file, env) => {
  inheritNothing();
  const child = new Deno.Command(file, { args: Deno.args, env, stdin: "inherit" }).spawn();
  // Nobody waits for it who is to end.
  child.unref();
  const ended = child.status.then(({ code, signal }) =>
    signal === null ? `code ${code}` : `signal ${signal}`
  );
  return Promise.resolve({ pid: child.pid, ended });
};

/** As a child of the parent at the other end of the link, which then reads nothing else. */
export function startBy(parent: Link): Starter {
  return async (file, env) => {
    await parent.send({ kind: "start", file, env });
    const { pid } = await parent.expect("started");
    const ended = parent.expect("ended").then(({ how }) => how, () => "its parent");
    return { pid, ended };
  };
}

/** Sends it the signal. Nothing happens where it is gone. */
export function kill(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch (error) {
    // TypeError: it ended.
    if (!(error instanceof Deno.errors.NotFound || error instanceof TypeError)) throw error;
  }
}

/** Ends it at once, and waits for that. */
export async function end({ pid, ended }: Process): Promise<void> {
  let gone = false;
  void ended.then(() => gone = true);
  await Promise.resolve();
  // Its number may be another's by now.
  if (!gone) kill(pid, "SIGKILL");
  await ended;
}
