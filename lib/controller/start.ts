/**
 * The first commit of a start.
 *
 * @module
 */
import type { Dataplane } from "../dataplane.ts";
import type { FlowMemory } from "../flow_memory.ts";
import type { HealthBook } from "../health/book.ts";
import { log } from "../log.ts";
import type { NextHops } from "../next_hops.ts";
import type { Ports } from "../ports.ts";
import { RefusedError } from "../refused.ts";
import type { Running } from "../running.ts";
import type { Ids } from "../snapshot/slots.ts";
import { build, commit, nothingRunning, type Surroundings } from "./commit.ts";
import { insteadWords, type StartConfig } from "./start_config.ts";

/** What runs, and what is to be known of how it came to that. */
export interface Started {
  running: Running;
  /** It is still to be stored. */
  isNew: boolean;
  /** Sentences. */
  notes: string[];
}

/** What is there before a first commit. */
export interface Before {
  ports?: Ports;
  ids?: Ids;
  /** Found a moment ago, for the same configuration. */
  nextHops?: NextHops;
}

/**
 * Commits the first configuration that can run.
 *
 * @param choice The wanted one first.
 * @throws {RefusedError} why the wanted one cannot run, when none can.
 */
export async function startFirst(
  choice: readonly StartConfig[],
  dataplane: Dataplane,
  health: HealthBook,
  around: Surroundings,
  memory: FlowMemory | null,
  there: Before = {},
): Promise<Started> {
  const [wanted] = choice;
  let refused: RefusedError | null = null;
  for (const start of choice) {
    try {
      const config = start.read();
      const nothing = nothingRunning(dataplane, config, start.revision, health, memory);
      const { ports = nothing.ports, ids = nothing.ids } = there;
      // The folder knows better.
      const before = { ...nothing, ports, ids: memory === null ? ids : nothing.ids };
      const built = build(before, config, []);
      const found = { ...around, found: there.nextHops };
      const running = await commit(before, built, start.revision, found);
      if (refused === null) return { running, isNew: start.isNew, notes: [] };
      const note = insteadWords(wanted!, refused, start, config);
      log("config_fallback", { revision: start.revision, reason: note });
      return { running, isNew: start.isNew, notes: [note] };
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      refused ??= error;
    }
  }
  throw refused!;
}
