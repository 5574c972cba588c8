import type { TraceView } from "../change.ts";
import { parseConfigText } from "../config.ts";
import { Controller } from "../controller.ts";
import { simulate } from "../native.ts";
import type { TraceQuery } from "../trace.ts";
import { readText } from "./files.ts";

/**
 * Traces in a simulation of a configuration file: no privilege, no running program.
 *
 * @throws {RefusedError} when the configuration or an address is wrong
 */
export async function traceConfig(query: TraceQuery, file: string): Promise<TraceView> {
  const config = parseConfigText(await readText(file), file);
  await using dataplane = simulate();
  const controller = await Controller.start({ dataplane, store: null, config });
  try {
    return controller.trace(query);
  } finally {
    await controller.close();
  }
}
