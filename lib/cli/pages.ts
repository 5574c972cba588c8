/**
 * Lists that the program gives page by page, as one.
 *
 * @module
 */

/** Entries of one request. */
const PAGE = 1000;

/** A list as far as it was wanted, and where it would go on; null: that was all. */
export interface Collected<T> {
  list: T[];
  cursor: string | null;
}

/** At most `limit` entries. */
export async function collect<T>(
  limit: number,
  ask: (page: { cursor?: string; limit: number }) => Promise<Collected<T>>,
): Promise<Collected<T>> {
  const all: T[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null && all.length < limit) {
    const page = await ask({
      ...(cursor === undefined ? {} : { cursor }),
      limit: Math.min(PAGE, limit - all.length),
    });
    all.push(...page.list);
    cursor = page.cursor;
  }
  return { list: all, cursor: cursor ?? null };
}

/** What to say where a list goes on. */
export function moreNotes(cursor: string | null, limit: number, what: string): string[] {
  return cursor === null ? [] : [`there are ${what}; --limit ${limit * 10} shows more of them`];
}
