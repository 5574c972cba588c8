/**
 * What a change asks for, as a whole new configuration (still to be validated).
 *
 * @module
 */
import type { DirectChange, Flush } from "../change.ts";
import type { Config } from "../config.ts";
import { merged } from "./edit/fields.ts";
import { putInterface, removeInterface, updateInterface } from "./edit/port.ts";
import { addServer, removeServer, reweigh, reweighAll } from "./edit/server.ts";
import { addVip, removeVip, updateVip } from "./edit/vip.ts";
import type { Problem } from "../refused.ts";
import type { Ids } from "../snapshot/slots.ts";

/** A new configuration and whose flows it forgets. */
export interface Edit {
  input: unknown;
  flushes: readonly Flush[];
  /** Where the part stands that the asker gave; problems there are told relative to it. Empty: the whole. */
  place: string;
}

/**
 * Carries out a change on the configuration, nothing else. Flushes are taken as they were asked for.
 *
 * @param ids Those of removed servers too, which can still be flushed.
 * @throws {RefusedError} 404 for what is not there, 409 for what is there already.
 */
export function editConfig(config: Config, ids: Ids, change: DirectChange): Edit {
  switch (change.kind) {
    case "replace":
      return { input: change.config, flushes: change.flushes ?? [], place: "" };
    case "conf.update":
      return updateConf(config, change.conf);
    case "interface.put":
      return putInterface(config, change.name, change.value);
    case "interface.update":
      return updateInterface(config, change.name, change.fields);
    case "interface.remove":
      return removeInterface(config, change.name);
    case "vip.add":
      return addVip(config, change.vip);
    case "vip.update":
      return updateVip(config, change.vip, change.fields);
    case "vip.remove":
      return removeVip(config, ids, change.vip, change.flush === true);
    case "server.add":
      return addServer(config, change.vip, change.server);
    case "server.remove":
      return removeServer(config, ids, change);
    case "server.weight":
      return reweigh(config, change.vip, change.address, change.weight);
    case "server.weights":
      return reweighAll(config, change.vip, change.weights);
    case "vip.flush":
      return { input: config, flushes: [{ vip: change.vip }], place: "" };
    case "server.flush":
      return {
        input: config,
        flushes: [{ vip: change.vip, address: change.address }],
        place: "",
      };
  }
}

function updateConf(config: Config, fields: unknown): Edit {
  const input = { ...config, conf: merged(config.conf, fields) };
  return { input, flushes: [], place: "conf" };
}

/** The problems as the asker sees them: paths begin at the part that was given. */
export function relativeProblems(problems: readonly Problem[], place: string): Problem[] {
  if (place === "") return [...problems];
  return problems.map(({ path, message }) => {
    const inside = path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`);
    return { path: inside ? path.slice(place.length).replace(/^\./, "") : path, message };
  });
}
