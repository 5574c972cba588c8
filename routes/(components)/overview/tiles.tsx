import type { HistoryView, Series } from "../../../lib/history.ts";
import type { CountersView, Status } from "../../../lib/status.ts";
import { Rate, Value } from "../cell.tsx";
import { percent } from "../format.ts";
import { Tile } from "../tile.tsx";

interface TilesProps {
  view: CountersView;
  status: Status;
  history: HistoryView;
}

/** What comes, leaves and is lost: a number for now, and how it went. */
export function Tiles({ view, status, history }: TilesProps) {
  // A day's newest point is of a minute ago.
  const now = (series: Series) =>
    history.span === "5m" ? history.series[series].at(-1) ?? null : null;
  const rate = (name: string, series: Series) => <Rate name={`total/${name}`} now={now(series)} />;
  const bits = (name: string, series: Series) => (
    <Rate name={`total/${name}`} now={now(series)} bits />
  );
  return (
    <div class="tiles">
      <Tile
        title="Packets"
        unit="per second"
        history={history}
        lines={[
          { series: "rx_packets", label: "received", line: 1 },
          { series: "tx_packets", label: "sent", line: 2 },
        ]}
        values={[rate("rx_packets", "rx_packets"), rate("tx_packets", "tx_packets")]}
      />
      <Tile
        title="Bits"
        unit="per second"
        history={history}
        lines={[
          { series: "rx_bits", label: "received", line: 1 },
          { series: "tx_bits", label: "sent", line: 2 },
        ]}
        values={[bits("rx_bytes", "rx_bits"), bits("tx_bytes", "tx_bits")]}
      />
      <Tile
        title="Flows"
        unit={`remembered, ${percent(view.flows, status.table.capacity)} of the room`}
        history={history}
        lines={[{ series: "flows", label: "flows", line: 1 }]}
        values={[<Value key="flows" name="total/flows" value={view.flows} />]}
      />
      <Tile
        title="New flows"
        unit="per second"
        history={history}
        lines={[{ series: "new_flows", label: "new flows", line: 1 }]}
        values={[rate("first_packet", "new_flows")]}
      />
      <Tile
        title="Dropped"
        unit="packets per second"
        history={history}
        lines={[{ series: "drops", label: "dropped", line: 3 }]}
        values={[rate("drops", "drops")]}
      />
    </div>
  );
}
