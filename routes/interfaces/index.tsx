import type { Api } from "../../lib/http.ts";
import { Blank } from "../(components)/blank.tsx";
import { Drops } from "../(components)/drops.tsx";
import { Interfaces } from "../(components)/interfaces.tsx";
import { Neighbours } from "../(components)/neighbours.tsx";
import { Queues } from "../(components)/queues.tsx";
import { DropsTile, PacketsTile } from "../(components)/rate_tiles.tsx";
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
        {visit.may("admin")
          ? (
            <p class="buttons">
              <a class="button primary" href="/interfaces/new">New interface</a>
            </p>
          )
          : null}
      </div>
      <div id="interfaces" data-region>
        {interfaces.length > 0
          ? <Interfaces interfaces={interfaces} edit={visit.may("admin")} />
          : <NoInterface />}
      </div>
      <div class="tiles">
        <PacketsTile title="Packets, all interfaces" history={history} />
        <DropsTile history={history} />
      </div>
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

function NoInterface() {
  return (
    <Blank title="No interface yet">
      <p>
        Packets come and leave by interfaces.{" "}
        <a href="/interfaces/new">Add one</a>, or name it in the configuration, as{" "}
        <code>interfaces: {"{"} net0: {"{"} device: "af_packet:eth1" {"}"} {"}"}</code>.
      </p>
    </Blank>
  );
}
