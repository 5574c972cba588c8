import { type Condition, CONDITIONS } from "../../lib/condition.ts";
import type { Api } from "../../lib/http.ts";
import type { ServersView } from "../../lib/question.ts";
import { Blank } from "../(components)/blank.tsx";
import { CONDITION_WORDS } from "../(components)/condition.tsx";
import { ConditionFilter } from "../(components)/condition_filter.tsx";
import { ListPages } from "../(components)/list_pages.tsx";
import { Search } from "../(components)/search.tsx";
import { ServerList } from "../(components)/server_list.tsx";
import { askedOf, listed } from "../(page)/listed.ts";
import { getPage } from "../(page)/page.tsx";

const SERVERS_SHOWN = 50;

/** `/servers`: each server of each VIP by address, how it is and why. */
export function route(api: Api): void {
  getPage(api, "/servers", async ({ client, status, url }) => {
    const asked = askedOf(url);
    const chosen = CONDITIONS.find((one) => one === url.searchParams.get("condition")) ?? null;
    const view = await listed(asked, (query) =>
      client.servers({
        ...query,
        ...chosen === null ? {} : { condition: [chosen] },
        order: "address",
        limit: SERVERS_SHOWN,
      }));
    const body = (
      <>
        <div class="title">
          <h1>Servers</h1>
          <Search
            action="/servers"
            search={asked.search}
            label="Search servers and VIPs"
            placeholder="10.0.0.1, 90.0.0.0/8"
            kept={chosen === null ? {} : { condition: chosen }}
          />
        </div>
        <div id="servers" data-region>
          {status.servers === 0 && view.total === 0
            ? <NoServer vips={status.vips} />
            : <Found view={view} search={asked.search} chosen={chosen} url={url} />}
        </div>
      </>
    );
    return {
      title: "Servers",
      body,
      watch: [...new Set(view.servers.map(({ vip }) => vip))],
      watchServers: view.servers.map(({ vip, address }) => `${vip} ${address}`),
    };
  });
}

function NoServer({ vips }: { vips: number }) {
  return (
    <Blank title="No server yet">
      <p>
        {vips === 0
          ? "A server stands behind a VIP, and there is none."
          : "No VIP has a server, so all their packets are dropped."}
      </p>
      <p>
        {vips === 0
          ? <a class="button primary" href="/vips/new">New VIP</a>
          : <a class="button primary" href="/vips">To the VIPs</a>}
      </p>
    </Blank>
  );
}

interface FoundProps {
  view: ServersView;
  search: string;
  chosen: Condition | null;
  url: URL;
}

function Found({ view, search, chosen, url }: FoundProps) {
  return (
    <>
      <ConditionFilter counts={view.conditions} chosen={chosen} search={search} />
      {view.servers.length === 0
        ? (
          <p class="card padded">
            No server{chosen === null ? "" : ` is ${SENTENCE[chosen]}`}
            {search === "" ? "" : `${chosen === null ? "" : ","} of those that hold “${search}”`}.
            {" "}
            <a href="/servers">All servers</a>
          </p>
        )
        : (
          <section class="card">
            <ServerList servers={view.servers} />
          </section>
        )}
      <ListPages place={view} shown={view.servers.length} url={url} what="servers" />
    </>
  );
}

/** As a sentence goes on behind "is". */
const SENTENCE: Record<Condition, string> = { ...CONDITION_WORDS, no_next_hop: "without next hop" };
