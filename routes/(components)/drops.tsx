import type { Counters } from "../../lib/status.ts";
import type { CounterInfo } from "../../lib/dataplane.ts";
import { Rate, Value } from "./cell.tsx";

/** Packets that were not forwarded, by name, with the sentence that explains it. */
export function Drops({ total, infos }: { total: Counters; infos: CounterInfo[] }) {
  const shown = infos.filter(({ name }) => /^(drop|left)_/.test(name));
  return (
    <section class="card">
      <div class="head">
        <h2>Not forwarded</h2>
      </div>
      <table class="drops">
        <thead>
          <tr>
            <th>Name</th>
            <th>What it means</th>
            <th class="right">Packets/s</th>
            <th class="right">Packets</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ name, text }) => (
            <tr key={name} data-quiet={String((total[name] ?? 0) === 0)}>
              <th scope="row">{name}</th>
              <td class="text">{text}</td>
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
    </section>
  );
}
