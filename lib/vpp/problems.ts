/**
 * Problems of a whole configuration, told as errors of the lines that caused them.
 *
 * @module
 */
import type { Problem } from "../refused.ts";
import type { Draft, DraftVip } from "./draft.ts";
import { LineError, type Place } from "./line_error.ts";

/** One error for each problem, in the order of the lines; what no line caused stands at the last one. */
export function lineErrors(draft: Draft, problems: Problem[], last: Place): LineError[] {
  const vips = [...draft.vips.values()];
  return problems.map((problem) => {
    const place = placeOf(draft, vips, problem) ?? last;
    return new LineError(place, sentence(vips, problem));
  }).sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
}

/** The word that the path leads to; else the line of a VIP that the message names. */
function placeOf(draft: Draft, vips: DraftVip[], { path, message }: Problem): Place | null {
  const [head = "", ...rest] = path.split(/[.[\]]+/);
  if (head === "conf") return draft.confPlaces[rest[0] ?? ""] ?? named(vips, message);
  if (head === "interfaces") return draft.snatPlaces[rest[0] ?? ""] ?? null;
  if (head !== "vips" || rest.length === 0) return named(vips, message);
  const [index, field, server] = rest;
  const vip = vips[Number(index)];
  if (vip === undefined) return null;
  if (field === "servers") return [...vip.servers.values()][Number(server)]?.place ?? vip.place;
  return vip.places[field ?? ""] ?? vip.place ?? named(vips, message);
}

function named(vips: DraftVip[], message: string): Place | null {
  const places = Array.from(
    message.matchAll(/\bvips\[(\d+)\]/g),
    ([, at]) => vips[Number(at)]?.place,
  );
  return places.find((place) => place != null) ?? null;
}

/** The problem in words that a line knows: VIPs by name, settings as `lb conf` has them. */
function sentence(vips: DraftVip[], { path, message }: Problem): string {
  const said = message
    .replace(/\bvips\[(\d+)\] \(([^)]*)\)/g, "$2")
    .replace(/\bvips\[(\d+)\]/g, (_, at) => vips[at]?.name ?? "a VIP")
    .replace(/\bconf\.(\w+)/g, (_, field) => field.replaceAll("_", "-"));
  const source = /^conf\.ip([46])_src_address$/.exec(path)?.[1];
  const needs = /^is missing; (.*) needs it for (.*)$/.exec(said);
  if (source !== undefined && needs !== null) {
    return `${needs[1]} needs a source address over IPv${source} for ${needs[2]}: ` +
      `type "lb conf ip${source}-src-address ADDRESS" first`;
  }
  const where = thing(vips, path);
  return where === "" ? said : `${where}: ${said}`;
}

function thing(vips: DraftVip[], path: string): string {
  const [, index, field] = /^vips\[(\d+)\](?:\.(\w+))?/.exec(path) ?? [];
  const name = vips[Number(index)]?.name;
  if (name !== undefined) {
    return field === undefined || field === "servers" ? name : `${name} ${field}`;
  }
  return path.startsWith("conf.") ? path.slice(5).replaceAll("_", "-") : path;
}
