import type { HistoryView } from "../../lib/history.ts";
import type { Api } from "../../lib/http.ts";
import { Blank } from "../(components)/blank.tsx";
import { Rate } from "../(components)/cell.tsx";
import { Drops } from "../(components)/drops.tsx";
import { Interfaces } from "../(components)/interfaces.tsx";
import { Neighbours } from "../(components)/neighbours.tsx";
import { Queues } from "../(components)/queues.tsx";
import { Tile } from "../(components)/tile.tsx";
import { Workers } from "../(components)/workers.tsx";
import { askedOf, listed } from "../(page)/listed.ts";
import { getPage, type Page } from "../(page)/page.tsx";
import type { Visit } from "../(page)/visit.ts";

const NEIGHBOURS_SHOWN = 50;

/** `/interfaces`: links, rates, workers, where packets leave, and what was not forwarded. */
export function route(api: Api): void {
  getPage(api, "/interfaces", interfacesPage);
}

async function interfacesPage(visit: Visit): Promise<Page> {
  const { client, status, url } = visit;
  const { interfaces } = status;
  const asked = askedOf(url);
  const [view, { worker }, history, neighbours] = await Promise.all([
    client.counters([]),
    client.catalog(),
    client.history("5m"),
    listed(asked, (query) => client.neighbours({ ...query, limit: NEIGHBOURS_SHOWN })),
  ]);
  const body = (
    <>
      <div class="title">
        <h1>Interfaces</h1>
      </div>
      <div id="interfaces" data-region>
        {interfaces.length > 0 ? <Interfaces interfaces={interfaces} /> : <NoInterface />}
      </div>
      <Graphs history={history} />
      <Drops total={view.total} infos={worker} interfaces={view.interfaces} all />
      <Workers workers={view.workers} tables={status.tables} />
      <div id="queues" data-region>
        {interfaces.length === 0 ? null : <Queues workers={view.workers} interfaces={interfaces} />}
      </div>
      <Neighbours view={neighbours} search={asked.search} url={url} />
    </>
  );
  return { title: "Interfaces", body };
}

function Graphs({ history }: { history: HistoryView }) {
  const now = (series: "rx_packets" | "tx_packets" | "drops") =>
    history.series[series].at(-1) ?? null;
  return (
    <div class="tiles">
      <Tile
        title="Packets, all interfaces"
        unit="per second"
        history={history}
        lines={[
          { series: "rx_packets", label: "received", line: 1 },
          { series: "tx_packets", label: "sent", line: 2 },
        ]}
        values={[
          <Rate key="rx" name="total/rx_packets" now={now("rx_packets")} />,
          <Rate key="tx" name="total/tx_packets" now={now("tx_packets")} />,
        ]}
      />
      <Tile
        title="Dropped"
        unit="packets per second"
        history={history}
        lines={[{ series: "drops", label: "dropped", line: 3 }]}
        values={[<Rate key="drops" name="total/drops" now={now("drops")} />]}
      />
    </div>
  );
}

function NoInterface() {
  return (
    <Blank title="No interface yet">
      <p>
        Packets come and leave by interfaces. Name one in the configuration, as{" "}
        <code>interfaces: {"{"} net0: {"{"} device: "af_packet:eth1" {"}"} {"}"}</code>.
      </p>
    </Blank>
  );
}
