/**
 * A page of a list, and what is looked for in it.
 *
 * @module
 */
import type { ListQuery } from "../question.ts";
import { notACursor } from "./cursor.ts";

/** Whatever the case. */
export function holds(text: string, search: string): boolean {
  return text.toLowerCase().includes(search.trim().toLowerCase());
}

/** A cursor is the place of the last entry and its name. */
export function pageOf<T>(
  list: T[],
  name: (one: T) => string,
  { cursor, limit = Infinity }: ListQuery,
): { page: T[]; cursor: string | null } {
  const from = cursor === undefined ? 0 : placeAfter(list, name, cursor);
  const page = list.slice(from, from + limit);
  const next = from + page.length;
  const more = next < list.length && page.length > 0;
  return { page, cursor: more ? `${next} ${name(page.at(-1)!)}` : null };
}

function placeAfter<T>(list: T[], name: (one: T) => string, cursor: string): number {
  const [, place, last] = /^(\d{1,9}) (.{1,200})$/.exec(cursor) ?? [];
  if (place === undefined) throw notACursor(cursor);
  const at = list.findIndex((one) => name(one) === last);
  return at < 0 ? Number(place) : at + 1;
}
