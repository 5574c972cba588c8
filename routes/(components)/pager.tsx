import { pageHref } from "./links.ts";

interface PagerProps {
  url: URL;
  /** Where the next page begins; null: this was the last. */
  cursor: string | null;
  /** What the links say: `Older`, `Next`. */
  next: string;
  first: string;
}

/** Leads through a long list, page by page; nothing where all of it is shown. */
export function Pager({ url, cursor, next, first }: PagerProps) {
  const began = url.searchParams.has("cursor");
  if (cursor === null && !began) return null;
  return (
    <nav class="older" aria-label="Pages of the list">
      {began ? <a class="button" href={pageHref(url, null)}>{first}</a> : null}
      {cursor === null
        ? null
        : <a class="button" rel="next" href={pageHref(url, cursor)}>{next}</a>}
    </nav>
  );
}
