import type { Series } from "../../lib/history.ts";

/** A line of a graph; `line` is its colour, 1 to 3. */
export interface GraphLine {
  series: Series;
  label: string;
  line: 1 | 2 | 3;
}

/** 1, 2 or 5 times a power of ten, above the value. */
export function niceTop(value: number): number {
  if (value <= 10) return 10;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5, 10].find((times) => value <= times * power) ?? 10);
}
