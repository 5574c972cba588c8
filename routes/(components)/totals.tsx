import type { ComponentChildren } from "preact";
import type { CountersView, Status } from "../../lib/status.ts";
import { dropped } from "../../lib/counter_names.ts";
import { whole } from "./format.ts";
import { Rate, Value } from "./cell.tsx";

/** The program's totals, each with its rate. */
export function Totals({ view, status }: { view: CountersView; status: Status }) {
  const total = (name: string) => view.total[name] ?? 0;
  const flows = view.vips.reduce((sum, vip) => sum + vip.flows, 0);
  return (
    <section class="card totals" aria-label="Totals">
      <Figure title="Received" unit="packets/s" rate={<Rate name="total/rx_packets" />}>
        <Value name="total/rx_packets" value={total("rx_packets")} /> packets in all
      </Figure>
      <Figure title="Forwarded" unit="packets/s" rate={<Rate name="total/forwarded" />}>
        <Value name="total/forwarded" value={total("forwarded")} /> packets in all
      </Figure>
      <Figure title="Sent" unit="bit/s" rate={<Rate name="total/tx_bytes" bits />}>
        <Value name="total/tx_bytes" value={total("tx_bytes")} /> bytes in all
      </Figure>
      <Figure title="Flows" unit="now" rate={<Value name="total/flows" value={flows} />}>
        room for <span class="number">{whole(status.table.capacity)}</span>
      </Figure>
      <Figure title="New flows" unit="per second" rate={<Rate name="total/first_packet" />}>
        <Value name="total/first_packet" value={total("first_packet")} /> in all
      </Figure>
      <Figure title="Dropped" unit="packets/s" rate={<Rate name="total/drops" />}>
        <Value name="total/drops" value={dropped(view.total)} /> packets in all
      </Figure>
    </section>
  );
}

function Figure(
  props: { title: string; unit: string; rate: ComponentChildren; children: ComponentChildren },
) {
  return (
    <div class="figure">
      <h2>{props.title}</h2>
      <p class="rate">
        {props.rate} <small>{props.unit}</small>
      </p>
      <p class="note">{props.children}</p>
    </div>
  );
}
