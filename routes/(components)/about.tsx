import type { ComponentChildren } from "preact";
import type { Status, WorkerStatus } from "../../lib/status.ts";
import { duration, moment, whole } from "./format.ts";

/** What this program is, and what it runs on. */
export function About({ status, workers }: { status: Status; workers: WorkerStatus[] }) {
  const drivers = [...new Set(status.interfaces.map(({ driver }) => driver))];
  return (
    <section class="card">
      <div class="head">
        <h2>About</h2>
      </div>
      <dl class="facts">
        <Fact term="Guideway">{status.version}</Fact>
        <Fact term="DPDK">{status.dpdk}</Fact>
        <Fact term="Drivers in use">{drivers.join(", ") || "none: there is no interface"}</Fact>
        <Fact term="Packet buffers">
          {status.hugepages ? "in hugepages" : "in ordinary memory: no hugepages were free"}
        </Fact>
        <Fact term="Workers">
          {workers.map(({ index, cpu }) => `${index} on ${cpu === null ? "any CPU" : `CPU ${cpu}`}`)
            .join(", ")}
        </Fact>
        <Fact term="Established-connections tables">
          {whole(status.table.flows)} of {whole(status.table.capacity)} flows
        </Fact>
        <Fact term="Started">{moment(status.started_at)} UTC</Fact>
        <Fact term="Up for">{duration(status.uptime_seconds)}</Fact>
        <Fact term="Store">{status.store_problem ?? "in order"}</Fact>
        <Fact term="For programs">
          <a href="/api/docs">REST</a>, <a href="/metrics">Prometheus metrics</a>
        </Fact>
      </dl>
    </section>
  );
}

function Fact({ term, children }: { term: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
