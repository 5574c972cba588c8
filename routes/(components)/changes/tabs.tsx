import type { Visit } from "../../(page)/visit.ts";

/** Leads from what was changed to what was tried, and back. */
export function ChangesTabs({ visit }: { visit: Visit }) {
  const path = visit.url.pathname;
  const tabs = [
    ["/changes", "Revisions"],
    ...visit.may("admin") ? [["/changes/audit", "Audit log"]] : [],
    ["/changes/edit", "Edit as YAML"],
  ];
  return (
    <nav class="spans" aria-label="Changes">
      {tabs.map(([href, label]) => (
        <a key={href} href={href} aria-current={href === path ? "page" : undefined}>{label}</a>
      ))}
    </nav>
  );
}
