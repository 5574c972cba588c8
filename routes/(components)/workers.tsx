import type { TableUse } from "../../lib/dataplane.ts";
import type { WorkerStatus } from "../../lib/status.ts";
import { LiveBar, Per, Rate, Share, Value } from "./cell.tsx";
import { whole } from "./format.ts";

/** Of a receive call. */
const BURST_MOST = 32;

/** How busy each worker is, and how full its bursts are. @param tables By worker: how much they could remember. */
export function Workers({ workers, tables }: { workers: WorkerStatus[]; tables?: TableUse[] }) {
  return (
    <section class="card">
      <div class="head">
        <h2>Workers</h2>
      </div>
      <table class="workers">
        <thead>
          <tr>
            <th scope="col">Worker</th>
            <th scope="col" class="right" title="Cycles of turns that received packets, of all">
              Load
            </th>
            <th scope="col" class="wide">
              <span class="unseen">Load, drawn</span>
            </th>
            <th scope="col" class="right" title={`Packets a receive call, at most ${BURST_MOST}`}>
              Burst fill
            </th>
            <th scope="col" class="right">Packets/s</th>
            <th scope="col" class="right">Flows</th>
          </tr>
        </thead>
        <tbody>
          {workers.map(({ index, cpu, flows }) => {
            const owner = `worker/${index}`;
            const load = { name: `${owner}/busy_cycles`, of: `${owner}/cycles` };
            return (
              <tr key={index}>
                <th scope="row">
                  {index}
                  <span class="narrow">{cpu === null ? "any CPU" : `CPU ${cpu}`}</span>
                </th>
                <td class="right" data-label="Load">
                  <Share {...load} lately />
                </td>
                <td class="wide">
                  <LiveBar {...load} />
                </td>
                <td class="right" data-label="Burst fill">
                  <Per name={`${owner}/rx_packets`} of={`${owner}/bursts`} /> of {BURST_MOST}
                </td>
                <td class="right" data-label="Packets/s">
                  <Rate name={`${owner}/rx_packets`} />
                </td>
                <td class="right" data-label="Flows">
                  <Value name={`${owner}/flows`} value={flows} />
                  <Room table={tables?.[index]} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function Room({ table }: { table: TableUse | undefined }) {
  if (table === undefined) return null;
  return <span class="narrow">of {whole(table.capacity)}</span>;
}
