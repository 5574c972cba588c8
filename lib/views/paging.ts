/**
 * A page of a list, and what is looked for in it. A page goes on behind the last entry of the one before, also when
 * others came or went meanwhile.
 *
 * @module
 */
import type { ListPlace, ListQuery } from "../question.ts";
import { notACursor } from "./cursor.ts";

/** Tells whether a text holds what is looked for, whatever the case. */
export function holder(search = ""): (text: string) => boolean {
  const wanted = search.trim().toLowerCase();
  if (wanted === "") return () => true;
  return (text) => text.toLowerCase().includes(wanted);
}

/** A cursor is the place of the last entry before the page, and its name. */
export function pageOf<T>(
  list: T[],
  name: (one: T) => string,
  { cursor, limit = Infinity }: ListQuery,
): ListPlace & { page: T[] } {
  const from = cursor === undefined ? 0 : Math.min(placeAfter(list, name, cursor), list.length);
  const page = list.slice(from, from + limit);
  const next = from + page.length;
  const cursorAt = (place: number) => {
    const before = list[place - 1];
    return `${place} ${before === undefined ? "" : name(before)}`;
  };
  return {
    page,
    cursor: next < list.length && page.length > 0 ? cursorAt(next) : null,
    previous: from > 0 ? cursorAt(Math.max(0, from - limit)) : null,
    offset: from,
    total: list.length,
  };
}

function placeAfter<T>(list: T[], name: (one: T) => string, cursor: string): number {
  const [, place, last] = /^(\d{1,9}) (.{0,200})$/.exec(cursor) ?? [];
  if (place === undefined) throw notACursor(cursor);
  const at = list.findIndex((one) => name(one) === last);
  return at < 0 ? Number(place) : at + 1;
}
