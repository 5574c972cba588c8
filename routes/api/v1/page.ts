/**
 * What routes are asked with: numbers, pages.
 *
 * @module
 */
import { issueMessage } from "../../../lib/config/problems.ts";
import { z } from "../../../lib/http.ts";

/** A whole number as a parameter. */
export function whole(least: number, most: number, description?: string) {
  return z.string().regex(/^\d{1,8}$/, { error: `write a whole number from ${least} to ${most}` })
    .transform(Number)
    .refine((value) => value >= least && value <= most, { error: `write ${least} to ${most}` })
    .optional()
    .openapi({
      type: "integer",
      minimum: least,
      maximum: most,
      ...(description === undefined ? {} : { description }),
    });
}

/** How many at most. */
export const pageLimit = whole(1, 10_000);

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

/** Whose counters are told. */
export const vipNames = z.union([z.string(), z.array(z.string())]).optional().openapi({
  description: "Of these VIPs alone; an empty one: of none; all unless given",
});

/** Which of their servers are told. */
export const serverNames = z.union([z.string(), z.array(z.string())]).optional().openapi({
  description: "Of their servers only these, as VIP and address with a space between them; an " +
    "empty one: none; all unless given",
  example: "90.0.0.0/8 10.0.0.1",
});

/** As a list; undefined: all. */
export function namesOf(names: string | string[] | undefined): readonly string[] | undefined {
  return names === undefined ? undefined : [names].flat();
}

/** Some of the words, with commas between them. */
export function someOf<T extends string>(words: readonly T[]) {
  return z.string()
    .transform((text) => text.split(",").map((word) => word.trim()))
    .pipe(z.array(z.enum(words, { error: `write some of ${words.join(",")}` })).min(1))
    .optional();
}

/** Where to go on. */
export const pageCursor = z.string().nullable().openapi({
  description: "Give it back to go on; null: that was all",
});

/** Where in a list a page is. */
export const listPlace = {
  cursor: pageCursor,
  previous: z.string().nullable().openapi({
    description: "Cursor of the page before; null: this is the first",
  }),
  offset: z.int().openapi({ description: "Entries before the page" }),
  total: z.int().openapi({ description: "Entries of all pages" }),
};

/** A query without what was not given. */
export function given<T extends object>(query: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const fields = Object.entries(query).filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
