/**
 * Numbers and times as people read them; the same on the server and in the browser.
 *
 * @module
 */

/** What stands where there is no number. */
export const NOTHING = "–";

/** `1 234 567` */
export function whole(value: number): string {
  return Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** Three digits and a unit: `0`, `12.3 k`, `456 M`; below 1000 whole. */
export function short(value: number): string {
  let rest = value;
  for (const unit of ["", " k", " M", " G", " T"]) {
    if (Math.round(rest) < 1000 || unit === " T") {
      const digits = unit === "" || rest >= 99.95 ? 0 : rest >= 9.995 ? 1 : 2;
      return rest.toFixed(digits) + unit;
    }
    rest /= 1000;
  }
  return String(value);
}

/** The same with a word behind it: `12.3 kbit/s`, `456 bit/s`. */
export function withUnit(value: number, unit: string): string {
  const text = short(value);
  return text.includes(" ") ? `${text}${unit}` : `${text} ${unit}`;
}

/** `33.3 %` of a part; nothing where there is no whole. */
export function percent(part: number, all: number): string {
  return all > 0 ? `${(100 * part / all).toFixed(1)} %` : NOTHING;
}

/** `0.4 ms`, `120 ms` */
export function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

const SPANS: [number, string][] = [[86_400, "d"], [3600, "h"], [60, "min"], [1, "s"]];

/** The two largest units: `3 d 4 h`, `12 min 5 s`, `0 s`. */
export function duration(seconds: number): string {
  let rest = Math.max(0, Math.floor(seconds));
  const parts: string[] = [];
  for (const [size, unit] of SPANS) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count} ${unit}`);
    else if (parts.length > 0) break;
    rest -= count * size;
    if (parts.length === 2) break;
  }
  return parts.join(" ") || "0 s";
}

/** `2026-11-25 08:35:41` in UTC, of ISO 8601. */
export function moment(iso: string): string {
  return iso.slice(0, 19).replace("T", " ");
}

/** Of today the time, else the day. */
export function shortMoment(iso: string, now: Date = new Date()): string {
  const [day = "", time = ""] = moment(iso).split(" ");
  return now.toISOString().startsWith(day) ? time : day;
}
