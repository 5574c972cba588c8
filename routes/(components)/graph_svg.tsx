import { type HistoryView, type Series, SPAN_SECONDS } from "../../lib/history.ts";
import { short } from "./format.ts";
import { type GraphLine, niceTop } from "./graph_line.ts";

const WIDTH = 600;
const HEIGHT = 100;
/** More points than that nobody can see. */
const BINS = 300;

/** A graph that needs no script. */
export function GraphSvg(
  { history, lines, label }: { history: HistoryView; lines: GraphLine[]; label: string },
) {
  if (history.at.length === 0) {
    return <p class="plot-none">Nothing was measured yet.</p>;
  }
  const top = niceTop(Math.max(
    ...lines.flatMap(({ series }) => history.series[series].map((value) => value ?? 0)),
  ));
  return (
    <div class="plot-svg">
      <span class="plot-top">{short(top)}</span>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${label}; at most ${short(top)}`}
      >
        <path
          class="grid"
          d={`M0 .5H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT - .5}H${WIDTH}`}
        />
        {lines.map(({ series, line }) => (
          <path
            key={series}
            class={`line-${line}`}
            d={pathOf(history, series, top)}
            vector-effect="non-scaling-stroke"
          />
        ))}
      </svg>
      <span class="plot-ends">
        <span>{history.span === "5m" ? "5 min ago" : "a day ago"}</span>
        <span>now</span>
      </span>
    </div>
  );
}

function pathOf({ at, series, span }: HistoryView, name: Series, top: number): string {
  const end = at.at(-1) ?? 0;
  const seconds = SPAN_SECONDS[span];
  const bins = new Map<number, number | null>();
  for (const [i, value] of series[name].entries()) {
    const bin = Math.round(BINS * (1 - (end - (at[i] ?? end)) / seconds));
    if (bin < 0) continue;
    // Peaks are what people look for.
    bins.set(bin, value === null ? null : Math.max(value, bins.get(bin) ?? 0));
  }
  let drawing = false;
  return [...bins].map(([bin, value]) => {
    const step = value === null ? "" : `${drawing ? "L" : "M"}${point(bin, value, top)}`;
    drawing = value !== null;
    return step;
  }).join("");
}

function point(bin: number, value: number, top: number): string {
  const x = WIDTH * bin / BINS;
  const y = HEIGHT * (1 - value / top);
  return `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;
}
