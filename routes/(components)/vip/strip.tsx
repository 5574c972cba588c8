import { percent, whole } from "../format.ts";
import { serverClass } from "../swatch.tsx";
import type { Band, Bin } from "./bands.ts";
import { type Layer, layersOf } from "./strip_path.ts";

/** Of the picture, as the style has it: a number must stand beside its band. */
const HEIGHT = 168;
/** Numbers of narrower bands would stand upon each other. */
const NUMBER_HEIGHT = 9;

interface StripProps {
  bins: Bin[];
  bands: Band[];
  /** What it is, to be read aloud. */
  label: string;
  /** What does not move is drawn pale. */
  preview?: boolean;
  /** What is told of slots that are in no band. */
  rest?: string;
}

/**
 * A new-connection table from its first slot to its last: each column is a bin, in it the bands of its servers, as high
 * as they have slots of it.
 */
export function Strip({ bins, bands, label, preview = false, rest = "no server" }: StripProps) {
  const height = Math.max(1, ...bins.map(slotsOf));
  const layers = layersOf(bins, bands.length, height);
  const nameOf = (band: number) => bands[band]?.label ?? rest;
  const words = [...Map.groupBy(layers, ({ band }) => band)].map(([band, layers]) =>
    `${nameOf(band)} ${percent(slotsOf(layers), bins.length * height)}`
  );
  return (
    <div class={preview ? "strip previewed" : "strip"}>
      <Numbers layers={layers} bands={bands} bins={bins.length} height={height} />
      <svg
        viewBox={`0 0 ${bins.length} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${label}: ${words.slice(0, 30).join("; ")}`}
      >
        {layers.map((layer) => (
          <Shape
            key={`${layer.band} ${layer.moves}`}
            {...layer}
            name={nameOf(layer.band)}
          />
        ))}
      </svg>
    </div>
  );
}

function Shape({ band, moves, slots, path, marks, name }: Layer & { name: string }) {
  return (
    <g class={`${band < 0 ? "nobody" : serverClass(band)}${moves ? " moves" : ""}`}>
      <title>{`${name}: ${whole(slots)} slots${moves ? " move" : ""}`}</title>
      <path d={path} />
      {marks === "" ? null : <path class="marks" d={marks} />}
    </g>
  );
}

/** The bands' numbers, beside them. */
function Numbers(
  { layers, bands, bins, height }: {
    layers: Layer[];
    bands: Band[];
    bins: number;
    height: number;
  },
) {
  const largest = Map.groupBy(layers, ({ band }) => band).values()
    .map((layers) => layers.reduce((a, b) => a.slots < b.slots ? b : a))
    .filter(({ band, slots }) => band >= 0 && HEIGHT * slots / bins / height >= NUMBER_HEIGHT);
  return (
    <svg
      class="numbers"
      viewBox={`0 0 72 ${HEIGHT}`}
      preserveAspectRatio="xMaxYMid slice"
      aria-hidden="true"
    >
      {[...largest].map(({ band, middle }) => (
        <text key={band} x="64" y={Math.round(HEIGHT * middle / height)}>
          {numberOf(bands[band]!)}
        </text>
      ))}
    </svg>
  );
}

function numberOf({ from, to, label }: Band): string {
  return from === to ? String(from + 1) : label;
}

function slotsOf(parts: readonly { slots: number }[]): number {
  return parts.reduce((all, { slots }) => all + slots, 0);
}
