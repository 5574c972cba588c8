import { NOTHING, percent, whole } from "./format.ts";

/** Props of a number that moves; see (islands)/live/cells.ts. */
export interface NumberProps {
  /** Owner and counter, such as `total/rx_packets`. */
  name: string;
  value: number;
}

/** A whole number. */
export function Value({ name, value }: NumberProps) {
  return <span class="number" data-key={name} data-show="value">{whole(value)}</span>;
}

/** A rate per second, which only two looks at the counter can tell. */
export function Rate({ name, bits = false }: { name: string; bits?: boolean }) {
  return <span class="number" data-key={name} data-show={bits ? "bits" : "rate"}>{NOTHING}</span>;
}

/** A part of a whole, in percent. */
export function Share({ name, value, of, all }: NumberProps & { of: string; all: number }) {
  return (
    <span class="number" data-key={name} data-show="share" data-of={of}>
      {percent(value, all)}
    </span>
  );
}
