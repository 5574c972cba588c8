/** Numbers that move: the page's script keeps them up to date, see (islands)/live/cells.ts. */
import { milliseconds, NOTHING, percent, short, whole } from "./format.ts";

/** Props of such a number. */
export interface NumberProps {
  /** Owner and counter, such as `total/rx_packets`. */
  name: string;
  value: number;
}

/** A whole number. */
export function Value({ name, value }: NumberProps) {
  return <span class="number" data-key={name} data-show="value">{whole(value)}</span>;
}

/** A rate per second, which two looks at the counter tell. */
export function Rate(
  { name, bits = false, now = null }: {
    name: string;
    bits?: boolean;
    /** Where it is known already. */
    now?: number | null;
  },
) {
  return (
    <span class="number" data-key={name} data-show={bits ? "bits" : "rate"}>
      {now === null ? NOTHING : short(now)}
    </span>
  );
}

/** A part of a whole, in percent: of all that was counted, or `lately`, between two looks. */
export function Share(
  props: { name: string; of: string; value?: number; all?: number; lately?: boolean },
) {
  const { name, of, value = 0, all = 0, lately = false } = props;
  return (
    <span class="number" data-key={name} data-show={lately ? "part" : "share"} data-of={of}>
      {percent(value, all)}
    </span>
  );
}

/** How many of one come with each of another, lately. */
export function Per({ name, of }: { name: string; of: string }) {
  return <span class="number" data-key={name} data-show="per" data-of={of}>{NOTHING}</span>;
}

/** A part of a whole, lately, as a bar. */
export function LiveBar({ name, of }: { name: string; of: string }) {
  return (
    <svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" y="1" width="100" height="6" />
      <rect class="got" y="1" width="0" height="6" data-key={name} data-show="part" data-of={of} />
    </svg>
  );
}

/** A rate per second that should be 0. */
export function AlarmRate({ name, soFar }: { name: string; soFar: number }) {
  return (
    <span
      class="number"
      data-key={name}
      data-show="rate"
      data-alarm="false"
      title={`${whole(soFar)} when this page was made`}
    >
      {NOTHING}
    </span>
  );
}

/** Milliseconds that the last look took. */
export function Latency({ name, value }: NumberProps) {
  return <span class="number" data-key={name} data-show="ms">{milliseconds(value)}</span>;
}
