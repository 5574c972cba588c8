import type { HistoryView, Series } from "../../lib/history.ts";
import { Rate } from "./cell.tsx";
import { Tile } from "./tile.tsx";

/** What a rate was last; null where that is not known: a day's newest point is of a minute ago. */
export function newest({ span, series }: HistoryView, name: Series): number | null {
  return span === "5m" ? series[name].at(-1) ?? null : null;
}

/** What came and left at all interfaces. */
export function PacketsTile({ title, history }: { title: string; history: HistoryView }) {
  return (
    <Tile
      title={title}
      unit="per second"
      history={history}
      lines={[
        { series: "rx_packets", label: "received", line: 1 },
        { series: "tx_packets", label: "sent", line: 2 },
      ]}
      values={[
        <Rate key="rx" name="total/rx_packets" now={newest(history, "rx_packets")} />,
        <Rate key="tx" name="total/tx_packets" now={newest(history, "tx_packets")} />,
      ]}
    />
  );
}

/** What was lost. */
export function DropsTile({ history }: { history: HistoryView }) {
  return (
    <Tile
      title="Dropped"
      unit="packets per second"
      history={history}
      lines={[{ series: "drops", label: "dropped", line: 3 }]}
      values={[<Rate key="drops" name="total/drops" now={newest(history, "drops")} />]}
    />
  );
}
