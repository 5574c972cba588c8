/** What there is to know about flows: those that are remembered, and where a packet would go. */
export function FlowTabs({ here }: { here: "/flows" | "/flows/trace" }) {
  const tabs = [["/flows", "Remembered"], ["/flows/trace", "Trace a packet"]] as const;
  return (
    <nav class="spans" aria-label="Flows">
      {tabs.map(([href, text]) => (
        <a key={href} href={href} aria-current={href === here ? "page" : undefined}>{text}</a>
      ))}
    </nav>
  );
}
