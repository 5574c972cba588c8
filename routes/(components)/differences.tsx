import type { Difference } from "../../lib/config/diff.ts";
import { differenceParts } from "./difference_words.ts";
import { whole } from "./format.ts";

/** Nobody reads more; the YAML has it all. */
const SHOWN = 300;

/** What differs between two configurations: a sentence for each place, those of a VIP together. */
export function Differences({ changes }: { changes: Difference[] }) {
  if (changes.length === 0) return <p class="muted">Nothing differs.</p>;
  const groups = Map.groupBy(
    changes.slice(0, SHOWN).map(differenceParts),
    ({ group }) => group,
  );
  const more = changes.length - SHOWN;
  return (
    <div class="differences">
      {[...groups].map(([group, parts]) => (
        <section key={group}>
          <h3>{group}</h3>
          <ul>{parts.map((part) => <Line key={part.path} {...part} />)}</ul>
        </section>
      ))}
      {more <= 0 ? null : <p class="muted">And {whole(more)} more places.</p>}
    </div>
  );
}

const SPOKEN = { "+": "added", "−": "removed", "~": "changed" };

function Line({ sign, place, from, to, words }: ReturnType<typeof differenceParts>) {
  return (
    <li>
      <span class="sign" data-sign={sign} title={SPOKEN[sign]} aria-hidden="true">{sign}</span>
      <span>
        {place} {words}
        {from === null ? null : <del>{from}</del>}
        {from === null || to === null ? null : " → "}
        {to === null ? null : <ins>{to}</ins>}
      </span>
    </li>
  );
}
