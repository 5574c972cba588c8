/**
 * What is to run at a start: a configuration that is given, else the newest stored one, else an empty one. Where that
 * cannot run, what was stored before it.
 *
 * @module
 */
import { type Config, parseConfig } from "../config.ts";
import { differences } from "../config/diff.ts";
import { differencesWords } from "../config/diff_words.ts";
import type { Dataplane } from "../dataplane.ts";
import { hasPorts } from "../ports.ts";
import { RefusedError } from "../refused.ts";
import type { Store } from "../store.ts";
import type { Revision } from "../store/revisions.ts";
import { requireWorkers } from "./validate.ts";

/** A configuration to start with, to be read when its turn comes. */
export interface StartConfig {
  /** `the file's configuration`, `revision 7` */
  name: string;
  revision: number;
  /** It is still to be stored. */
  isNew: boolean;
  /** @throws {RefusedError} when it cannot run */
  read(): Config;
}

/** The truth at a start: a configuration, or why it is none. */
export type GivenConfig = Config | RefusedError;

/** So many older revisions are tried. */
const OLDER_MOST = 20;
const PLACES_MOST = 5;

/** The newest stored configuration, or null. @throws {RefusedError} when this program no longer takes it. */
export function storedConfig(store: Store): { revision: number; config: Config } | null {
  const latest = store.revisions.latest();
  return latest && { revision: latest.number, config: parseConfig(latest.config) };
}

/**
 * The configurations that may be started with, the wanted one first.
 *
 * @param given The truth at this start, if there is one.
 * @throws {StoreError} when the store cannot be read.
 */
export function startConfigs(
  dataplane: Dataplane,
  store: Store | null,
  given: GivenConfig | undefined,
): StartConfig[] {
  const stored = store?.revisions.list(OLDER_MOST) ?? [];
  const older = stored.map((revision) => storedStart(dataplane, revision));
  if (given === undefined && stored.length > 0) return wantedWorkers(dataplane, older);
  const newest = stored[0];
  const text = given instanceof RefusedError ? "" : JSON.stringify(given ?? EMPTY);
  const known = newest !== undefined && text === textOf(newest);
  const wanted: StartConfig = {
    name: given === undefined ? "an empty configuration" : "the given configuration",
    revision: (newest?.number ?? 0) + (known || given === undefined ? 0 : 1),
    isNew: given !== undefined && !known,
    read: () => {
      if (given instanceof RefusedError) throw given;
      const workers = hasPorts(dataplane) ? dataplane.workers : 1;
      const config = parseConfig(given ?? { ...EMPTY, workers });
      if (hasPorts(dataplane)) requireWorkers(config, dataplane.workers);
      return config;
    },
  };
  return [wanted, ...known ? older.slice(1) : older];
}

const EMPTY = {};

/** The first of them has to have the workers that run; those that help out take what there is. */
function wantedWorkers(dataplane: Dataplane, [first, ...rest]: StartConfig[]): StartConfig[] {
  const read = () => {
    const config = first!.read();
    if (hasPorts(dataplane)) requireWorkers(config, dataplane.workers);
    return config;
  };
  return [{ ...first!, read }, ...rest];
}

function storedStart(dataplane: Dataplane, { number, config }: Revision): StartConfig {
  return {
    name: `revision ${number}`,
    revision: number,
    isNew: false,
    read: () => {
      const stored = parseConfig(config);
      return hasPorts(dataplane) ? { ...stored, workers: dataplane.workers } : stored;
    },
  };
}

function textOf({ config }: Revision): string {
  try {
    return JSON.stringify(parseConfig(config));
  } catch (error) {
    if (error instanceof RefusedError) return "";
    throw error;
  }
}

/** Why another configuration runs than the wanted one, and in what they differ. */
export function insteadWords(
  wanted: StartConfig,
  refused: RefusedError,
  runs: StartConfig,
  config: Config,
): string {
  return `${wanted.name} cannot run (${
    refused.message.replaceAll("\n", "; ")
  }): ${runs.name} runs` +
    differWords(wanted, config);
}

function differWords(wanted: StartConfig, config: Config): string {
  try {
    const places = differences(config, wanted.read());
    return places.length === 0
      ? ", which says the same"
      : `; it would have changed: ${differencesWords(places, PLACES_MOST)}`;
  } catch (error) {
    if (error instanceof RefusedError) return "";
    throw error;
  }
}
