/**
 * Changes of interfaces.
 *
 * @module
 */
import type { Config } from "../../config.ts";
import type { Edit } from "../edit.ts";
import { merged } from "./fields.ts";
import { knownInterface } from "./known.ts";

/** One that is there becomes the given one, whatever it was. */
export function putInterface(config: Config, name: string, value: unknown): Edit {
  return edited(config, name, value);
}

/** @throws {RefusedError} 404 */
export function updateInterface(config: Config, name: string, fields: unknown): Edit {
  return edited(config, name, merged(knownInterface(config, name), fields));
}

/** @throws {RefusedError} 404 */
export function removeInterface(config: Config, name: string): Edit {
  knownInterface(config, name);
  const rest = Object.entries(config.interfaces).filter(([other]) => other !== name);
  const input = { ...config, interfaces: Object.fromEntries(rest) };
  return { input, flushes: [], place: "" };
}

/** A name that is none is refused with the rest: `fromEntries` takes any as it is. */
function edited(config: Config, name: string, value: unknown): Edit {
  const others = Object.entries<unknown>(config.interfaces).filter(([other]) => other !== name);
  const before = Object.keys(config.interfaces).indexOf(name);
  const at = before === -1 ? others.length : before;
  const interfaces = Object.fromEntries(others.toSpliced(at, 0, [name, value]));
  return { input: { ...config, interfaces }, flushes: [], place: `interfaces.${name}` };
}
