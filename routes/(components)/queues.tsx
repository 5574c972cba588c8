import type { InterfaceStatus, WorkerStatus } from "../../lib/status.ts";
import { LiveBar, Rate } from "./cell.tsx";

/**
 * Which worker polls which queue, and how much comes there: a card that spreads its packets badly keeps one worker busy
 * while the others rest.
 */
export function Queues(
  { workers, interfaces }: { workers: WorkerStatus[]; interfaces: InterfaceStatus[] },
) {
  return (
    <section class="card">
      <div class="head">
        <h2>Queues</h2>
        <p>Packets received per second, and their part of all that comes to the interface</p>
      </div>
      <table class="queues">
        <thead>
          <tr>
            <th scope="col">Worker</th>
            {interfaces.map(({ name }) => <th key={name} scope="col">{name}</th>)}
          </tr>
        </thead>
        <tbody>
          {workers.map(({ index }) => (
            <tr key={index}>
              <th scope="row">{index}</th>
              {interfaces.map(({ name }) => <Queue key={name} worker={index} port={name} />)}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** A worker's queues have its number. */
function Queue({ worker, port }: { worker: number; port: string }) {
  const name = `worker/${worker}/at/${port}/rx_packets`;
  return (
    <td data-label={port}>
      <span class="queue">
        <span class="muted">queue {worker}</span>
        <Rate name={name} />
        <LiveBar name={name} of={`interface/${port}/rx_packets`} />
      </span>
    </td>
  );
}
