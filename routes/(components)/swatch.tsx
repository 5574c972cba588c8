/** As many servers have a colour of their own; others begin anew, and the number tells them apart. */
const COLOURS = 12;

/** Sets `--server`, the colour, and `--server-ink`, what is read on it, for what is inside. */
export function serverClass(at: number): string {
  return `s${at % COLOURS + 1}`;
}

/**
 * A server's colour with its number: nobody needs to tell colours apart.
 *
 * @param at Its place, from 0.
 * @param band Which colour it has, where several share one.
 */
export function Swatch({ at, band = at }: { at: number; band?: number }) {
  return <span class={`swatch ${serverClass(band)}`} aria-hidden="true">{at + 1}</span>;
}
