/** The pages, in the order of the navigation; `g` and the letter leads there. */
export const PAGES = [
  { href: "/", label: "Overview", key: "o" },
  { href: "/vips", label: "VIPs", key: "v" },
  { href: "/servers", label: "Servers", key: "s" },
  { href: "/flows", label: "Flows", key: "f" },
  { href: "/interfaces", label: "Interfaces", key: "i" },
  { href: "/changes", label: "Changes", key: "c" },
  { href: "/settings", label: "Settings", key: "e" },
] as const;

/** Leads to all pages, and marks the one that is shown. */
export function Navigation({ path }: { path: string }) {
  return (
    <nav class="pages" aria-label="Pages">
      <ul>
        {PAGES.map(({ href, label }) => (
          <li key={href}>
            <a href={href} aria-current={isHere(href, path) ? "page" : undefined}>{label}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** A page's own pages belong to it: `/vips/new` to `/vips`. */
function isHere(href: string, path: string): boolean {
  return path === href || (href !== "/" && path.startsWith(`${href}/`));
}
