/** Where a VIP's own page is. @param name `90.0.0.0/8 tcp/80` */
export function vipHref(name: string): string {
  return `/vips?search=${encodeURIComponent(name)}`;
}
