interface SearchProps {
  /** The list's address. */
  action: string;
  search: string;
  label: string;
  placeholder: string;
  /** What else the list is asked with, by name. */
  kept?: Record<string, string>;
}

/** Looks for something in the list below; with a script the list follows what is typed. */
export function Search({ action, search, label, placeholder, kept = {} }: SearchProps) {
  return (
    <form class="search" method="get" action={action} role="search" data-follow>
      {Object.entries(kept).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <input
        type="search"
        name="search"
        value={search}
        aria-label={label}
        placeholder={placeholder}
        autocomplete="off"
        spellcheck={false}
      />
      <button type="submit">Search</button>
    </form>
  );
}
