import type { ComponentChildren } from "preact";
import type { HistoryView, Span } from "../../lib/history.ts";
import type { GraphLine } from "./graph_line.ts";
import { GraphSvg } from "./graph_svg.tsx";
import { Island } from "./island.tsx";

interface TileProps {
  title: string;
  unit: string;
  history: HistoryView;
  lines: GraphLine[];
  /** As many as lines. */
  values: ComponentChildren[];
}

/** A number for now, and how it went. */
export function Tile({ title, unit, history, lines, values }: TileProps) {
  const label = `${title}, ${unit}, ${SPAN_WORDS[history.span]}`;
  return (
    <section class="card tile">
      <div class="tile-head">
        <h2>{title}</h2>
        <p>
          {lines.map(({ series, label, line }, at) => (
            <span key={series} class={`key line-${line}`}>
              {lines.length > 1 ? label : null} <b>{values[at]}</b>
            </span>
          ))}
          <small>{unit}</small>
        </p>
      </div>
      <Island name="graph" class="plot" props={{ span: history.span, lines, label }}>
        <GraphSvg history={history} lines={lines} label={label} />
      </Island>
    </section>
  );
}

/** As a sentence goes on. */
export const SPAN_WORDS: Record<Span, string> = {
  "5m": "the last 5 minutes",
  "1d": "the last day",
};
