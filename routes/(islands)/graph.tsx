import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { type Span, SPAN_SECONDS } from "../../lib/history.ts";
import { short } from "../(components)/format.ts";
import { type GraphLine, niceTop } from "../(components)/graph_line.ts";
import { beginGraphData, graphData, onGraphData } from "./live/graph_data.ts";

interface GraphProps {
  span: Span;
  lines: GraphLine[];
  label: string;
}

const HEIGHT = 170;
/** Between two times on the axis, seconds: they are told to the minute. */
const MINUTES = [1, 2, 5, 15, 30, 60, 120, 240, 480].map((minutes) => 60 * minutes);
const FONT = "12px system-ui, sans-serif";

/** What stands in its place stays until there is something to draw. */
export function ready({ span }: GraphProps): Promise<void> {
  return beginGraphData(span);
}

/** Lines over time, which go on; the values under the pointer are told, of all graphs of the page at once. */
export default function Graph(props: GraphProps) {
  const place = useRef<HTMLDivElement>(null);
  const words = useRef<HTMLParagraphElement>(null);
  useEffect(() => draw(place.current!, words.current!, props), []);
  return (
    <div class="plot-live" role="img" aria-label={props.label}>
      <div ref={place} />
      <p class="plot-at" ref={words} />
    </div>
  );
}

/** @returns To take it away. */
function draw(place: HTMLElement, words: HTMLElement, props: GraphProps): () => void {
  let plot = new uPlot(optionsOf(place, words, props), dataOf(props), place);
  const stop = onGraphData(() => plot.setData(dataOf(props)));
  const sizes = new ResizeObserver(() => {
    if (place.clientWidth > 0) plot.setSize({ width: place.clientWidth, height: HEIGHT });
  });
  sizes.observe(place);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const again = () => {
    plot.destroy();
    plot = new uPlot(optionsOf(place, words, props), dataOf(props), place);
  };
  dark.addEventListener("change", again);
  return () => {
    stop();
    sizes.disconnect();
    dark.removeEventListener("change", again);
    plot.destroy();
  };
}

function dataOf({ lines }: GraphProps): uPlot.AlignedData {
  const history = graphData();
  if (history === null) return [[], ...lines.map(() => [])];
  return [history.at, ...lines.map(({ series }) => history.series[series])];
}

function optionsOf(place: HTMLElement, words: HTMLElement, props: GraphProps): uPlot.Options {
  const { span, lines } = props;
  const muted = colour(place, "muted");
  const grid = { stroke: colour(place, "grid"), width: 1 };
  const axis = { stroke: muted, font: FONT, grid, ticks: { show: false } };
  return {
    width: place.clientWidth,
    height: HEIGHT,
    padding: [10, 18, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: "page" }, drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { time: true, range: () => rangeOf(span) },
      y: { range: (_plot, _low, high) => [0, niceTop(high ?? 0)] },
    },
    axes: [
      {
        ...axis,
        size: 26,
        space: 50,
        incrs: MINUTES,
        values: (_plot, at) => at.map((at) => clock(at)),
      },
      { ...axis, size: 54, space: 36, values: (_plot, values) => values.map(short) },
    ],
    series: [
      {},
      ...lines.map(({ label, line }) => ({
        label,
        stroke: colour(place, `line-${line}`),
        width: 1.5,
        // Told apart without colours, too.
        ...(line === 2 ? { dash: [5, 3] } : {}),
        points: { show: false },
      })),
    ],
    hooks: { setCursor: [(plot) => tellCursor(plot, words, props)] },
  };
}

/** The newest point stands at the right edge. */
function rangeOf(span: Span): [number, number] {
  const end = graphData()?.at.at(-1) ?? Date.now() / 1000;
  return [end - SPAN_SECONDS[span], end];
}

/** In UTC, as all times of the program. */
function clock(at: number, seconds = false): string {
  return new Date(at * 1000).toISOString().slice(11, seconds ? 19 : 16);
}

function tellCursor(plot: uPlot, words: HTMLElement, { span, lines }: GraphProps): void {
  const { idx, left = -1 } = plot.cursor;
  const at = typeof idx === "number" ? plot.data[0][idx] : undefined;
  // The point next to the pointer, if it is not far from it.
  if (
    typeof idx !== "number" || at === undefined ||
    Math.abs(plot.posToVal(left, "x") - at) > SPAN_SECONDS[span] / 50
  ) {
    words.textContent = "";
    return;
  }
  const values = lines.map(({ label }, i) => `${label} ${short(plot.data[i + 1]?.[idx] ?? 0)}`);
  words.textContent = `${clock(at, span === "5m")} UTC  ${values.join("  ")}`;
}

/** What a class of the style sheet is drawn in: a canvas knows no variables. */
function colour(place: HTMLElement, name: string): string {
  const probe = document.createElement("span");
  probe.className = name;
  place.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
