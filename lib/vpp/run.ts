/**
 * Commands for the running program: one change, whoever else changes it meanwhile.
 *
 * @module
 */
import type { Applied, Flush } from "../change.ts";
import type { Client } from "../client.ts";
import { RefusedError } from "../refused.ts";
import type { Command } from "./command.ts";
import { asksForRemoved, editAll, type Edited } from "./script.ts";

/** A change that was carried out, and what each command prints. */
export interface Ran {
  applied: Applied;
  answers: string[];
}

/** What it needs of a client of the running program. */
export type Program = Pick<Client, "config" | "vips" | "replaceConfig">;

/** How often to start over when others change the configuration at the same time. */
const TRIES = 8;
/** They travel in the address, which has no room for all that may be. */
const FLUSHES_AT_ONCE = 200;

/**
 * Carries out all commands as one change.
 *
 * @throws {LineError} of the line that is wrong, in itself or for what runs.
 * @throws {NotAnsweringError} when no program runs.
 */
export function runCommands(
  client: Program,
  commands: readonly Command[],
  { dryRun = false }: { dryRun?: boolean } = {},
): Promise<Ran> {
  return untilOurs(async () => {
    const { config, revision } = await client.config();
    const removed = asksForRemoved(commands) ? await removedServers(client) : new Map();
    const edited = editAll(config, commands, removed);
    const { flushes, answers } = edited;
    const flush = flushes.slice(0, FLUSHES_AT_ONCE);
    const applied = await explained(
      edited,
      () => client.replaceConfig(edited.config, { ifMatch: revision, dryRun, flush }),
    );
    if (!dryRun) await flushMore(client, flushes.slice(FLUSHES_AT_ONCE));
    return { applied, answers };
  });
}

/** What the change did not have room for. */
async function flushMore(client: Program, flushes: Flush[]): Promise<void> {
  for (let at = 0; at < flushes.length; at += FLUSHES_AT_ONCE) {
    const flush = flushes.slice(at, at + FLUSHES_AT_ONCE);
    await untilOurs(async () => {
      const { config, revision } = await client.config();
      await client.replaceConfig(config, { ifMatch: revision, flush });
    });
  }
}

/** Starts over as long as another one's change came between. */
async function untilOurs<T>(act: () => Promise<T>): Promise<T> {
  for (let left = TRIES;; left--) {
    try {
      return await act();
    } catch (error) {
      if (!isOvertaken(error) || left === 1) throw error;
    }
  }
}

function isOvertaken(error: unknown): boolean {
  return error instanceof RefusedError && error.status === 412;
}

async function explained<T>(edited: Edited, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof RefusedError) || isOvertaken(error)) throw error;
    throw edited.explain(error);
  }
}

async function removedServers(client: Program): Promise<Map<string, string[]>> {
  const { vips } = await client.vips();
  return new Map(vips.map(({ name, servers }) => [
    name,
    servers.filter(({ state }) => state === "removed").map(({ address }) => address),
  ]));
}
