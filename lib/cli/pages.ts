/**
 * Lists that the program gives page by page, as one.
 *
 * @module
 */

/** Entries of one request. */
const PAGE = 1000;

/** At most `limit` entries, and whether there are more. */
export async function collect<T>(
  limit: number,
  ask: (page: { cursor?: string; limit: number }) => Promise<{ list: T[]; cursor: string | null }>,
): Promise<{ list: T[]; more: boolean }> {
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
  return { list: all, more: cursor !== null };
}
