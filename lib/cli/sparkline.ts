const BARS = "▁▂▃▄▅▆▇█";

/** A value a cell, the newest at the right, the largest as high as a cell is; null: a gap. All zero: a flat line. */
export function sparkline(values: (number | null)[], cells: number): string {
  const seen = cells > 0 ? values.slice(-cells) : [];
  const most = seen.reduce<number>((high, value) => Math.max(high, value ?? 0), 0);
  const bars = seen.map((value) => {
    if (value === null) return " ";
    if (value <= 0) return BARS[0]!;
    return BARS[Math.max(1, Math.ceil(value / most * (BARS.length - 1)))]!;
  });
  return bars.join("").padStart(Math.max(0, cells), " ");
}

/** Fewer values over the same time: of each stretch the largest; null where nobody measured in it. */
export function peaks(values: (number | null)[], count: number): (number | null)[] {
  const stretch = Math.max(1, Math.ceil(values.length / count));
  return Array.from({ length: Math.ceil(values.length / stretch) }, (_, at) => {
    const known = values.slice(at * stretch, (at + 1) * stretch).filter((one) => one !== null);
    return known.length === 0 ? null : Math.max(...known);
  });
}
