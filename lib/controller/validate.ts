/**
 * The door of every change: what it asks for becomes a whole configuration that can run, or is refused.
 *
 * @module
 */
import type { Caller } from "../caller.ts";
import type { DirectChange, Flush, Plan } from "../change.ts";
import { type Config, parseConfig } from "../config.ts";
import { editConfig, relativeProblems } from "./edit.ts";
import { knownFlushes } from "./edit/known.ts";
import { RefusedError } from "../refused.ts";
import type { Running } from "../running.ts";

/** A change that may be carried out. */
export interface Validated {
  /** The configuration after it. */
  config: Config;
  flushes: Flush[];
  /** Where the part stands that the asker gave. */
  place: string;
}

/** @throws {RefusedError} with paths as the asker knows them. */
export function validate(running: Running, change: DirectChange): Validated {
  const { input, flushes, place } = editConfig(running.config, running.ids, change);
  try {
    const config = parseConfig(input);
    requireWorkers(config, running.config.workers);
    return { config, flushes: knownFlushes(flushes, running.ids, config), place };
  } catch (error) {
    throw asAsked(error, place);
  }
}

/** What is refused, told with paths as the asker knows them; other errors as they are. */
export function asAsked(error: unknown, place: string): unknown {
  if (!(error instanceof RefusedError)) return error;
  return new RefusedError(error.status, relativeProblems(error.problems, place));
}

/** Workers are threads of the start. @throws {RefusedError} 409 */
export function requireWorkers(config: Config, running: number): void {
  if (config.workers === running) return;
  const message = `${config.workers} workers are wanted and ${running} run; restart to change that`;
  throw new RefusedError(409, [{ path: "workers", message }]);
}

/** @throws {RefusedError} 412 when another revision runs */
export function requireRevision(wanted: number | undefined, running: number): void {
  if (wanted === undefined || wanted === running) return;
  const message = `revision ${wanted} is not what runs; that is ${running}`;
  throw new RefusedError(412, [{ path: "", message }]);
}

/** Settings and interfaces are for admins, by whatever way they would change. @throws {RefusedError} 403 */
export function requireMay({ scope }: Caller, plan: Plan): void {
  const [path] = [
    ...plan.settings,
    ...[...plan.interfaces_added, ...plan.interfaces_removed].map((name) => `interfaces.${name}`),
  ];
  if (scope === "admin" || path === undefined) return;
  const message = `this would change ${path}, which needs scope admin; yours is ${scope}`;
  throw new RefusedError(403, [{ path: "", message }]);
}
