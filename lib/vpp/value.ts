/**
 * What may stand behind a keyword: how it is read, and what it is called in help.
 *
 * @module
 */
import { formatAddress, parseAddress, parseAddressOf, parsePrefix } from "../net.ts";
import { shown } from "../shown.ts";

/** Things of the running configuration that completion knows the names of. */
export type Known = "prefix" | "port" | "server" | "interface";

/** A kind of value. */
export interface Value<T> {
  /** As help writes it: `PREFIX`, `N`. */
  name: string;
  /** @throws {Error} with a sentence that has the text in it. */
  read(text: string): T;
  /** All there is. */
  words?: readonly string[];
  known?: Known;
}

/** A prefix; bits behind its length are dropped, as VPP drops them. */
export const PREFIX: Value<string> = { name: "PREFIX", read: readPrefix, known: "prefix" };

/** A prefix of one family. */
export function prefixOf(family: 4 | 6): Value<string> {
  const read = (text: string) => {
    const prefix = readPrefix(text);
    if (prefix.includes(":") === (family === 6)) return prefix;
    throw new Error(`not an IPv${family} prefix: ${shown(text)}`);
  };
  return { name: "PREFIX", read };
}

/** An address of either family. */
export const ADDRESS: Value<string> = {
  name: "ADDRESS",
  read: (text) => parseAddress(text).text,
  known: "server",
};

/** An address of one family. */
export function addressOf(family: 4 | 6): Value<string> {
  return { name: "ADDRESS", read: (text) => parseAddressOf(family, text).text };
}

/** An interface of the configuration. */
export const INTERFACE: Value<string> = {
  name: "INTERFACE",
  read: (text) => text,
  known: "interface",
};

/** A whole number, in decimal digits. */
export function whole(min: number, max: number): Value<number> {
  const read = (text: string) => {
    const value = Number(text);
    if (/^[0-9]+$/.test(text) && value >= min && value <= max) return value;
    throw new Error(`not a whole number from ${min} to ${max}: ${shown(text)}`);
  };
  return { name: "N", read };
}

/** A port, or 0 for none, as VPP has it. */
export const PORT: Value<number> = { ...whole(0, 65_535), known: "port" };

/** A power of two from 1 on. */
export function powerOfTwo(max: number): Value<number> {
  const any = whole(1, max);
  const read = (text: string) => {
    const value = any.read(text);
    if (Number.isInteger(Math.log2(value))) return value;
    const below = 2 ** Math.floor(Math.log2(value));
    throw new Error(
      `not a power of two: ${value} (near it: ${below}, ${Math.min(max, 2 * below)})`,
    );
  };
  return { name: "N", read };
}

/** One of some words. */
export function oneOf<const T extends string>(words: readonly T[]): Value<T> {
  const read = (text: string) => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    throw new Error(`must be one of ${words.join(", ")}, not ${shown(text)}`);
  };
  return { name: words.join("|"), read, words };
}

function readPrefix(text: string): string {
  const [, host, digits] = /^([^/]+)\/(0|[1-9][0-9]{0,2})$/.exec(text) ?? [];
  const length = Number(digits);
  if (host === undefined || length > bitsOf(host)) return parsePrefix(text).text;
  const bytes = parseAddress(host).bytes.map((byte, at) =>
    byte & (0xff00 >> Math.min(8, Math.max(0, length - at * 8)))
  );
  return `${formatAddress(bytes)}/${length}`;
}

/** -1 for what is no address. */
function bitsOf(host: string): number {
  try {
    return parseAddress(host).bytes.length * 8;
  } catch {
    return -1;
  }
}
