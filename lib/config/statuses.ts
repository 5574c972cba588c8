/**
 * Which statuses of HTTP are wanted: `200-399`, `200,204,300-399`.
 *
 * @module
 */
import { shown } from "../shown.ts";

/** Some are few enough to read. */
const PARTS_MAX = 20;

/** First and last of each range, both included. @throws {Error} with a sentence */
export function parseStatuses(text: string): [first: number, last: number][] {
  const parts = text.split(",").map((part) => part.trim());
  const ranges = parts.map((part): [number, number] => {
    const [, first = "", last = first] = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(part) ?? [];
    if (first === "" || Number(last) < Number(first)) {
      throw new Error(`not statuses of HTTP: ${shown(text)}; write 200-399, or 200,204,300-399`);
    }
    return [Number(first), Number(last)];
  });
  if (ranges.length > PARTS_MAX) throw new Error(`more than ${PARTS_MAX} ranges of statuses`);
  return ranges;
}

/** `200-399` as it is written everywhere. @throws {Error} with a sentence */
export function canonicalStatuses(text: string): string {
  return parseStatuses(text).map(([first, last]) => first === last ? first : `${first}-${last}`)
    .join(",");
}
