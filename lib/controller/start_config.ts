/**
 * What is to run at a start: a configuration that is given, else the newest stored one, else an empty one.
 *
 * @module
 */
import { type Config, parseConfig } from "../config.ts";
import type { Dataplane } from "../dataplane.ts";
import { hasPorts } from "../ports.ts";
import type { Store } from "../store.ts";
import { requireWorkers } from "./validate.ts";

/** A configuration to start with. */
export interface StartConfig {
  config: Config;
  revision: number;
  /** It is still to be stored. */
  isNew: boolean;
}

/** The newest stored configuration, or null. @throws {RefusedError} when this program no longer takes it. */
export function storedConfig(store: Store): { revision: number; config: Config } | null {
  const latest = store.revisions.latest();
  return latest && { revision: latest.number, config: parseConfig(latest.config) };
}

/**
 * Chooses the configuration to start with.
 *
 * @param given The truth at this start, if there is one.
 * @throws {RefusedError} when it cannot run. @throws {StoreError} when the store cannot be read.
 */
export function startConfig(
  dataplane: Dataplane,
  store: Store | null,
  given: Config | undefined,
): StartConfig {
  const stored = store && storedConfig(store);
  const empty = { workers: hasPorts(dataplane) ? dataplane.workers : 1 };
  const config = parseConfig(given ?? stored?.config ?? empty);
  if (hasPorts(dataplane)) requireWorkers(config, dataplane.workers);
  const known = stored !== null && same(stored.config, config);
  const isNew = given !== undefined && !known;
  return { config, revision: (stored?.revision ?? 0) + (isNew ? 1 : 0), isNew };
}

function same(a: Config, b: Config): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
