/**
 * How fast counters move between two looks, and numbers as people read them.
 *
 * @module
 */
import type { Counters } from "../status.ts";

/** Counters at a time; milliseconds on a clock that only goes forward. */
export interface Counted {
  counters: Counters;
  at: number;
}

/** Per second; null: there was no look before, or the counter began anew. */
export function rateOf(now: Counted, before: Counted | null | undefined, name: string) {
  const seconds = before ? (now.at - before.at) / 1000 : 0;
  const more = (now.counters[name] ?? 0) - (before?.counters[name] ?? 0);
  return seconds > 0 && more >= 0 ? more / seconds : null;
}

const PREFIXES = ["", "k", "M", "G", "T", "P"];

/** Three digits and what they are multiplied by: `0`, `9.5`, `123`, `1.23k`, `45.6M`. */
export function short(value: number): string {
  let rest = value;
  let step = 0;
  for (; rest >= 999.5 && step < PREFIXES.length - 1; step++) rest /= 1000;
  const digits = step === 0 ? (rest < 9.95 && !Number.isInteger(rest) ? 1 : 0) : digitsFor(rest);
  return `${rest.toFixed(digits)}${PREFIXES[step]}`;
}

/** A rate in short; `-` where it is not known. */
export function shortRate(rate: number | null): string {
  return rate === null ? "-" : short(rate);
}

function digitsFor(value: number): number {
  return value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
}

/** `3 d 4 h`, the two largest units. */
export function duration(seconds: number): string {
  const units: [number, string][] = [[86_400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const parts: string[] = [];
  let rest = seconds;
  for (const [size, name] of units) {
    if (rest >= size) parts.push(`${Math.floor(rest / size)} ${name}`);
    rest %= size;
  }
  return parts.slice(0, 2).join(" ") || "0 s";
}
