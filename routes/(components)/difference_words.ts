/**
 * A difference, taken apart for people.
 *
 * @module
 */
import type { Difference } from "../../lib/config/diff.ts";
import { valueWords } from "../../lib/config/diff_words.ts";

/** What a line of a list of differences says. */
export interface DifferenceParts {
  path: string;
  /** What it belongs to: `VIP 90.0.0.0/8`, `Interfaces`, `Settings`. */
  group: string;
  /** It came, it went, or it is another. */
  sign: "+" | "−" | "~";
  /** Within the group: `server 10.0.0.1`, `new_len`. */
  place: string;
  /** What happened, where no values are told. */
  words: string;
  from: string | null;
  to: string | null;
}

/** Of a place of the configuration. */
export function differenceParts({ path, from, to }: Difference): DifferenceParts {
  const { group, place } = placeOf(path);
  const sign = from === null ? "+" : to === null ? "−" : "~";
  const parts = { path, group, sign, place, words: "", from: null, to: null } as const;
  if (/(^|\.)hash_key$/.test(path)) return { ...parts, words: "is another" };
  const thing = from ?? to;
  if (sign !== "~" && typeof thing === "object" && !Array.isArray(thing)) {
    const details = detailsOf(thing as Record<string, unknown>);
    return { ...parts, words: sign === "−" ? "is removed" : `is added${details}` };
  }
  return { ...parts, from: textOf(from), to: textOf(to) };
}

function placeOf(path: string): { group: string; place: string } {
  const [, vip, rest = ""] = /^vips\["([^"]*)"\](.*)$/.exec(path) ?? [];
  if (vip !== undefined) {
    const place = rest.replace(/^\./, "").replace(/^servers\["([^"]*)"\]\.?/, "server $1 ").trim();
    return { group: `VIP ${vip}`, place: place === "" ? "It" : place };
  }
  const [, name] = /^interfaces\.(.*)$/.exec(path) ?? [];
  if (name !== undefined) return { group: "Interfaces", place: name };
  return { group: "Settings", place: path };
}

/** `with weight 50`, `: gre4, 3 servers`, `: af_packet:eth1`; of what comes as a whole. */
function detailsOf(thing: Record<string, unknown>): string {
  const { weight, encap, servers, device } = thing;
  if (Array.isArray(servers)) {
    return `: ${encap}, ${servers.length} ${servers.length === 1 ? "server" : "servers"}`;
  }
  if (typeof weight === "number") return ` with weight ${weight}`;
  return typeof device === "string" ? `: ${device}` : "";
}

function textOf(value: unknown): string | null {
  return value === null ? "not there" : typeof value === "string" ? value : valueWords(value);
}
