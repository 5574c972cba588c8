/**
 * What a page with a list is asked for.
 *
 * @module
 */
import { RequestError } from "../../lib/client/transport.ts";

/** What is looked for, and which page. */
export interface Asked {
  search: string;
  cursor: string | null;
}

/** Of the page's address. */
export function askedOf(url: URL): Asked {
  const { searchParams: given } = url;
  return { search: given.get("search")?.trim() ?? "", cursor: given.get("cursor") || null };
}

/** Asks for the page; for the first one where the cursor is none, such as of an address that was cut off. */
export async function listed<T>(
  { search, cursor }: Asked,
  ask: (query: { search?: string; cursor?: string }) => Promise<T>,
): Promise<T> {
  const query = search === "" ? {} : { search };
  if (cursor === null) return await ask(query);
  try {
    return await ask({ ...query, cursor });
  } catch (error) {
    if (error instanceof RequestError && error.status === 400) return await ask(query);
    throw error;
  }
}
