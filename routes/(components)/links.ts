/** Where a VIP's own page is. @param name `90.0.0.0/8 tcp/80` */
export function vipHref(name: string): string {
  return `/vips/${encodeURIComponent(name)}`;
}

/** Where its fields are changed. */
export function vipEditHref(name: string): string {
  return `/vips/${encodeURIComponent(name)}/edit`;
}

/** Where it is deleted. */
export function vipDeleteHref(name: string): string {
  return `/vips/${encodeURIComponent(name)}/delete`;
}

/** Where an interface's fields are changed. */
export function interfaceEditHref(name: string): string {
  return `/interfaces/${encodeURIComponent(name)}/edit`;
}

/** Where it is removed. */
export function interfaceDeleteHref(name: string): string {
  return `/interfaces/${encodeURIComponent(name)}/delete`;
}

/** Where an address serves, and how it is. */
export function serverHref(address: string): string {
  return `/servers?search=${encodeURIComponent(address)}`;
}

/** Where a revision's own page is. */
export function revisionHref(number: number): string {
  return `/changes/${number}`;
}

/** Where its flows are, or those of one of its servers. */
export function flowsHref(vip: string, server?: string): string {
  const query = new URLSearchParams({ vip, ...server === undefined ? {} : { server } });
  return `/flows?${query}`;
}

/** The same page at another place of its list. @param cursor null: at its beginning */
export function pageHref({ pathname, searchParams }: URL, cursor: string | null): string {
  const left = [...searchParams].filter(([name, value]) =>
    name !== "cursor" && name !== "done" && value !== ""
  );
  const query = new URLSearchParams(left);
  if (cursor !== null) query.set("cursor", cursor);
  return query.size === 0 ? pathname : `${pathname}?${query}`;
}
