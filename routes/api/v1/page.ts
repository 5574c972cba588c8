/**
 * What lists that come by page are asked with.
 *
 * @module
 */
import { issueMessage } from "../../../lib/config/problems.ts";
import { z } from "../../../lib/http.ts";

const MOST = 10_000;

/** How many at most. */
export const pageLimit = z.string()
  .regex(/^\d{1,5}$/, { error: `write a whole number from 1 to ${MOST}` })
  .transform(Number)
  .refine((value) => value >= 1 && value <= MOST, { error: `write 1 to ${MOST}` })
  .optional()
  .openapi({ type: "integer", minimum: 1, maximum: MOST });

/** What a list is asked with. */
export const listQuery = z.object({
  search: z.string({ error: issueMessage }).optional().openapi({
    description: "Held by a name or an address, upper case or lower",
  }),
  cursor: z.string({ error: issueMessage }).optional().openapi({
    description: "What the page before gave",
  }),
  limit: pageLimit,
});

/** Where to go on. */
export const pageCursor = z.string().nullable().openapi({
  description: "Give it back to go on; null: that was all",
});

/** A query without what was not given. */
export function given<T extends object>(query: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const fields = Object.entries(query).filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
