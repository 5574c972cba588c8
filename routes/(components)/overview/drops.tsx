import type { CounterInfo } from "../../../lib/dataplane.ts";
import type { Counters } from "../../../lib/status.ts";
import { Rate, Value } from "../cell.tsx";

/** Reasons for which packets were dropped, each with its sentence; those for which none was are elsewhere. */
export function DropsSoFar({ total, infos }: { total: Counters; infos: CounterInfo[] }) {
  const seen = infos.filter(({ name }) => name.startsWith("drop_") && (total[name] ?? 0) > 0);
  return (
    <section class="card" id="drops-so-far" data-region>
      <div class="head">
        <h2>Dropped, by reason</h2>
        <p>
          <a href="/interfaces">All reasons</a>
        </p>
      </div>
      {seen.length === 0 ? <p class="under">Nothing was dropped.</p> : (
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
            {seen.map(({ name, text }) => (
              <tr key={name}>
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
      )}
    </section>
  );
}
