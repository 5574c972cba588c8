import type { HistoryView } from "../../../lib/history.ts";
import type { CountersView, Status } from "../../../lib/status.ts";
import { Rate, Value } from "../cell.tsx";
import { percent } from "../format.ts";
import { Tile } from "../tile.tsx";
import { DropsTile, newest, PacketsTile } from "../rate_tiles.tsx";

interface TilesProps {
  view: CountersView;
  status: Status;
  history: HistoryView;
}

/** What comes, leaves and is lost: a number for now, and how it went. */
export function Tiles({ view, status, history }: TilesProps) {
  return (
    <div class="tiles">
      <PacketsTile title="Packets" history={history} />
      <Tile
        title="Bits"
        unit="per second"
        history={history}
        lines={[
          { series: "rx_bits", label: "received", line: 1 },
          { series: "tx_bits", label: "sent", line: 2 },
        ]}
        values={[
          <Rate key="rx" name="total/rx_bytes" now={newest(history, "rx_bits")} bits />,
          <Rate key="tx" name="total/tx_bytes" now={newest(history, "tx_bits")} bits />,
        ]}
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
        values={[
          <Rate key="new" name="total/first_packet" now={newest(history, "new_flows")} />,
        ]}
      />
      <DropsTile history={history} />
    </div>
  );
}
