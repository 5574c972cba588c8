import type { CounterInfo } from "../../lib/dataplane.ts";
import type { Counters, InterfaceCounters } from "../../lib/status.ts";
import { Rate, Value } from "./cell.tsx";
import { whole } from "./format.ts";

interface DropsProps {
  /** Sums over all workers. */
  total: Counters;
  /** Counters with their sentences. */
  infos: CounterInfo[];
  /** Where to tell of which interface they are. */
  interfaces?: InterfaceCounters[];
  /** Those too that are 0, folded, and packets that were left alone; else a link leads to them. */
  all?: boolean;
}

/** Packets that were not forwarded, by reason, each with the sentence that explains it: first those that there were. */
export function Drops({ total, infos, interfaces = [], all = false }: DropsProps) {
  const kinds = ["drop_", ...all ? ["left_"] : []]
    .flatMap((kind) => infos.filter(({ name }) => name.startsWith(kind)));
  const seen = kinds.filter(({ name }) => (total[name] ?? 0) > 0);
  const never = kinds.filter((kind) => !seen.includes(kind));
  return (
    <section class="card" id="drops" data-region>
      <div class="head">
        <h2>{all ? "Not forwarded, by reason" : "Dropped, by reason"}</h2>
        {all ? null : (
          <p>
            <a href="/interfaces#drops">All reasons</a>
          </p>
        )}
      </div>
      {seen.length === 0
        ? <p class="under">{all ? "Nothing was dropped or left alone." : "Nothing was dropped."}</p>
        : <Reasons kinds={seen} total={total} interfaces={interfaces} />}
      {!all || never.length === 0 ? null : (
        <details class="folded" id="never-dropped">
          <summary>{whole(never.length)} other reasons, for which none was</summary>
          <Reasons kinds={never} total={total} interfaces={[]} />
        </details>
      )}
    </section>
  );
}

function Reasons({ kinds, total, interfaces }: Required<Omit<DropsProps, "infos" | "all">> & {
  kinds: CounterInfo[];
}) {
  return (
    <table class="drops">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">What it means</th>
          <th scope="col" class="right">Packets/s</th>
          <th scope="col" class="right">Packets</th>
        </tr>
      </thead>
      <tbody>
        {kinds.map(({ name, text }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td class="text">
              {text}
              <Where name={name} interfaces={interfaces} />
            </td>
            <td class="right">
              <Rate name={`total/${name}`} />
            </td>
            <td class="right">
              <Value name={`total/${name}`} value={total[name] ?? 0} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Of one interface alone there is nothing to tell apart. */
function Where({ name, interfaces }: { name: string; interfaces: InterfaceCounters[] }) {
  const some = interfaces.filter(({ counters }) => (counters[name] ?? 0) > 0);
  if (interfaces.length < 2 || some.length === 0) return null;
  return (
    <span class="where">
      {some.map(({ name: port, counters }) => (
        <span key={port} class="narrow">
          {port} <Value name={`interface/${port}/${name}`} value={counters[name] ?? 0} />
        </span>
      ))}
    </span>
  );
}
