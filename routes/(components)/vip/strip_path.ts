/**
 * The paths of a strip. A unit to the right is a bin, a unit down is a slot.
 *
 * @module
 */
import type { Bin } from "./bands.ts";

/** Slots of a band that stay, or that move. */
export interface Layer {
  band: number;
  moves: boolean;
  slots: number;
  /** From its upper edge down to the ground: the layers that come next are drawn over it. Half as long as bands alone. */
  path: string;
  /** What is drawn over slots that move, so that they are told without colours, too. */
  marks: string;
  /** How far down its middle is. */
  middle: number;
}

/** Layers from the top down. @param height Of a bin. */
export function layersOf(bins: Bin[], bands: number, height: number): Layer[] {
  const tops = bins.map(() => 0);
  const layers: Layer[] = [];
  for (let at = 0; at < 2 * bands; at++) {
    const band = at >> 1;
    const moves = at % 2 === 1;
    const own = bins.map((bin) =>
      bin.find((piece) => piece.band === band && piece.moves === moves)?.slots ?? 0
    );
    const slots = own.reduce((sum, one) => sum + one, 0);
    if (slots === 0) continue;
    layers.push({
      band,
      moves,
      slots,
      path: area(tops, height),
      marks: moves ? marks(tops, own) : "",
      middle: own.reduce((sum, one, x) => sum + one * (tops[x]! + one / 2), 0) / slots,
    });
    for (const [x, one] of own.entries()) tops[x]! += one;
  }
  if (tops.some((top) => top < height)) layers.push(nobodys(tops, height));
  return layers;
}

/** Below the last band. */
function nobodys(tops: number[], height: number): Layer {
  const slots = tops.reduce((sum, top) => sum + height - top, 0);
  return { band: -1, moves: false, slots, path: area(tops, height), marks: "", middle: height };
}

function area(tops: number[], height: number): string {
  let path = `M0 ${tops[0] ?? 0}`;
  let run = 0;
  for (const [x, top] of tops.entries()) {
    run++;
    const step = (tops[x + 1] ?? height) - top;
    if (step === 0) continue;
    path += `h${run}v${step}`;
    run = 0;
  }
  return `${path}${run > 0 ? `h${run}` : ""}H0z`;
}

function marks(tops: number[], own: number[]): string {
  return own.map((slots, x) => slots === 0 ? "" : `M${x}.35 ${tops[x]}h.3v${slots}h-.3z`).join("");
}
