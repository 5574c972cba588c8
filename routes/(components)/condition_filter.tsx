import { type Condition, type ConditionCounts, CONDITIONS } from "../../lib/condition.ts";
import { CONDITION_CLASSES, CONDITION_WORDS } from "./condition.tsx";
import { whole } from "./format.ts";

interface FilterProps {
  counts: ConditionCounts;
  /** Null: all. */
  chosen: Condition | null;
  search: string;
  /** Address of the list. */
  path?: string;
}

/** How many servers are how; each leads to those alone. */
export function ConditionFilter({ counts, chosen, search, path = "/servers" }: FilterProps) {
  const all = CONDITIONS.reduce((sum, one) => sum + counts[one], 0);
  // Few ever have one of these.
  const shown = CONDITIONS.filter((one) => one !== "removed" || counts[one] > 0 || one === chosen);
  return (
    <nav class="filter" aria-label="How they are">
      <a href={hrefOf(path, null, search)} aria-current={chosen === null ? "true" : undefined}>
        all <b class="number">{whole(all)}</b>
      </a>
      {shown.map((one) => (
        <a
          key={one}
          href={hrefOf(path, one, search)}
          aria-current={chosen === one ? "true" : undefined}
          data-quiet={String(counts[one] === 0)}
        >
          <span class={`state ${CONDITION_CLASSES[one]}`}>{CONDITION_WORDS[one]}</span>{" "}
          <b class="number">{whole(counts[one])}</b>
        </a>
      ))}
    </nav>
  );
}

function hrefOf(path: string, condition: Condition | null, search: string): string {
  const query = new URLSearchParams({
    ...condition === null ? {} : { condition },
    ...search === "" ? {} : { search },
  }).toString();
  return query === "" ? path : `${path}?${query}`;
}
