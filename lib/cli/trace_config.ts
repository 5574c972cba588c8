import type { TraceQuery, TraceView } from "../question.ts";
import { type Config, parseConfigText } from "../config.ts";
import { Controller } from "../controller.ts";
import { simulate } from "../native.ts";
import { OFFLINE_NEXT_HOP_MAC } from "../offline.ts";
import { readText } from "./files.ts";
import { say } from "./output.ts";

/**
 * Traces in a simulation of a configuration file: no privilege, no running program.
 *
 * @throws {RefusedError} when the configuration or an address is wrong
 */
export async function traceConfig(query: TraceQuery, file: string): Promise<TraceView> {
  const config = withNextHop(parseConfigText(await readText(file), file));
  await using dataplane = simulate();
  const controller = await Controller.start({ dataplane, store: null, config });
  try {
    return controller.trace(query);
  } finally {
    await controller.close();
  }
}

/** No kernel is asked, so that a packet leaves only where the configuration says how; else it is assumed. */
function withNextHop(config: Config): Config {
  const all = Object.entries(config.interfaces);
  if (all.some(([, { next_hop }]) => next_hop !== undefined)) return config;
  const [name, first] = all[0] ?? ["none", { device: "null", snat: [] }];
  say(`no interface of the configuration has a next_hop: ${OFFLINE_NEXT_HOP_MAC} is assumed`);
  const next_hop = { mac: OFFLINE_NEXT_HOP_MAC };
  return { ...config, interfaces: { ...config.interfaces, [name]: { ...first, next_hop } } };
}
