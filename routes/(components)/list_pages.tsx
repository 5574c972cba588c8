import type { ListPlace } from "../../lib/question.ts";
import { whole } from "./format.ts";
import { pageHref } from "./links.ts";

interface ListPagesProps {
  place: ListPlace;
  /** Entries of this page. */
  shown: number;
  /** Of this page; its links keep what else it asks for. */
  url: URL;
  /** What the entries are: `VIPs`. */
  what: string;
  /** The id of the list, where it is not the page's first. */
  at?: string;
}

/** The pages of a list: where this one is, and the ways to others. Nothing where one page holds all. */
export function ListPages({ place, shown, url, what, at }: ListPagesProps) {
  const { cursor, previous, offset, total } = place;
  if (cursor === null && previous === null) return null;
  return (
    <nav class="pager" aria-label={`Pages of ${what}`}>
      <p class="number">
        {whole(offset + 1)} to {whole(offset + shown)} of {whole(total)} {what}
      </p>
      <Way to={previous === null ? null : pageAt(url, null, at)}>First</Way>
      <Way to={previous === null ? null : pageAt(url, previous, at)} rel="prev">Previous</Way>
      <Way to={cursor === null ? null : pageAt(url, cursor, at)} rel="next">Next</Way>
    </nav>
  );
}

/** Null: there is nothing that way; the place stays, so that buttons do not move below the pointer. */
function Way({ to, rel, children }: { to: string | null; rel?: string; children: string }) {
  return to === null
    ? <span class="button" aria-disabled="true">{children}</span>
    : <a class="button" href={to} rel={rel}>{children}</a>;
}

function pageAt(url: URL, cursor: string | null, at?: string): string {
  // The first page by its plain address.
  const href = pageHref(url, cursor?.startsWith("0 ") ? null : cursor);
  return at === undefined ? href : `${href}#${at}`;
}
