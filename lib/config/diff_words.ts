/**
 * What differs between two configurations, as people read it.
 *
 * @module
 */
import type { Difference } from "./diff.ts";

/** Their values are not told. */
const SECRETS = new Set(["hash_key"]);
/** A value is cut behind that many characters. */
const VALUE_MOST = 200;

/** `vip 90.0.0.0/8: servers.10.0.0.1 weight 5 → 0`, `vip 91.0.0.0/8 added`, `conf.timeout 40 → 60` */
export function differenceWords({ path, from, to }: Difference): string {
  const place = placeWords(path);
  if (SECRETS.has(path.split(".").at(-1)!)) return `${place} changed`;
  if (isWhole(from ?? to) && (from === null || to === null)) {
    return `${place} ${from === null ? "added" : "removed"}`;
  }
  return `${place} ${valueWords(from)} → ${valueWords(to)}`;
}

/** All of them in one sentence, a VIP's together; of many, the first. */
export function differencesWords(places: readonly Difference[], most: number): string {
  const lines: string[] = [];
  let before = "";
  for (const place of places.slice(0, most)) {
    const words = differenceWords(place);
    const vip = /^vips\["([^"]*)"\]\./.exec(place.path)?.[1] ?? "";
    if (vip === "" || vip !== before) lines.push(words);
    else lines.push(`${lines.pop()}, ${words.slice(`vip ${vip}: `.length)}`);
    before = vip;
  }
  const more = places.length - most;
  return [...lines, ...more > 0 ? [`and ${more} more places`] : []].join("; ");
}

/** A value as JSON on one line, without secrets. */
export function valueWords(value: unknown): string {
  if (value === null || value === undefined) return "none";
  const text = jsonOf(value);
  return text.length <= VALUE_MOST ? text : `${text.slice(0, VALUE_MOST - 1)}…`;
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value, (key, part) => SECRETS.has(key) ? "(secret)" : part);
  } catch (error) {
    // What somebody sends may be nested deeper than the engine can follow.
    if (error instanceof RangeError) return "(nested too deeply)";
    throw error;
  }
}

/** An interface, a VIP or a server: it comes and goes as a whole. */
function isWhole(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function placeWords(path: string): string {
  const [, vip, rest = ""] = /^vips\["([^"]*)"\](.*)$/.exec(path) ?? [];
  if (vip === undefined) return path;
  if (rest === "") return `vip ${vip}`;
  const inside = rest.slice(1).replace(/^servers\["([^"]*)"\]\.?/, "servers.$1 ").trim();
  return `vip ${vip}: ${inside}`;
}
