import { NetError } from "../net.ts";
import { parseVipName } from "../vip_name.ts";
import { usageError } from "./exit.ts";

/** For `.argument(...PREFIX)` on every command about one VIP. */
export const PREFIX = ["<prefix>", "such as 90.0.0.0/8 or 2001:db8::/32"] as const;

/** For `.argument(...NARROWING)` behind it. */
export const NARROWING = [
  "[proto/port]",
  "only this port, such as tcp/80; any/80 is TCP and UDP",
] as const;

/**
 * Takes a VIP off the front of the words: a prefix, and protocol and port where the next word is
 * that (`90.0.0.0/8 tcp/80`, `any/80`). The rest stays.
 *
 * @throws {CommandError} wrong usage, when the words do not begin with a VIP.
 */
export function takeVip(words: string[]): { vip: string; rest: string[] } {
  const [prefix = "", next = ""] = words;
  const narrowed = /^[a-z]+\/\d+$/i.test(next);
  const name = narrowed ? `${prefix} ${next}` : prefix;
  return { vip: readVip(name), rest: words.slice(narrowed ? 2 : 1) };
}

/** The canonical name of the VIP that the words are, and nothing else. @throws {CommandError} */
export function onlyVip(...words: (string | undefined)[]): string {
  const { vip, rest } = takeVip(words.filter((word) => word !== undefined));
  if (rest.length > 0) throw usageError(`too much behind the VIP: ${rest.join(" ")}`);
  return vip;
}

/** A VIP's name in canonical form. @throws {CommandError} wrong usage */
export function readVip(text: string): string {
  try {
    return parseVipName(text).text;
  } catch (error) {
    if (error instanceof NetError) throw usageError(error.message);
    throw error;
  }
}

/** Reads a whole number of an option. @throws {CommandError} wrong usage, naming the option */
export function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw usageError(`${option}: not a whole number from ${least} to ${most}: ${text}`);
}
