import type { Api } from "../../lib/http.ts";
import type { VipsView } from "../../lib/question.ts";
import { Empty } from "../(components)/empty.tsx";
import { whole } from "../(components)/format.ts";
import { ListPages } from "../(components)/list_pages.tsx";
import { Search } from "../(components)/search.tsx";
import { VipList } from "../(components)/vip_list.tsx";
import { askedOf, listed } from "../(page)/listed.ts";
import { getPage } from "../(page)/page.tsx";

const VIPS_SHOWN = 50;

/** `/vips`: VIPs with what goes through them. */
export function route(api: Api): void {
  getPage(api, "/vips", async ({ client, status, url, may }) => {
    const asked = askedOf(url);
    const view = await listed(asked, (query) => client.vips({ ...query, limit: VIPS_SHOWN }));
    const body = (
      <>
        <div class="title">
          <h1>
            VIPs <Count view={view} search={asked.search} all={status.vips} />
          </h1>
          <Search
            action="/vips"
            search={asked.search}
            label="Search VIPs and servers"
            placeholder="90.0.0.0/8, tcp/80, 10.0.0.1"
          />
          {may("admin") ? <a class="button primary" href="/vips/new">New VIP</a> : null}
        </div>
        <div id="vips" data-region>
          {status.vips === 0
            ? <Empty status={status} />
            : <Found view={view} search={asked.search} url={url} all={status.vips} />}
        </div>
      </>
    );
    // What a row tells of servers comes with its VIP.
    return { title: "VIPs", body, watch: view.vips.map(({ name }) => name), watchServers: [] };
  });
}

/** How many there are, and how many of them are found. */
function Count({ view, search, all }: { view: VipsView; search: string; all: number }) {
  const words = search === "" ? whole(all) : `${whole(view.total)} of ${whole(all)}`;
  return <span id="count" class="count number" data-region>{words}</span>;
}

function Found(
  { view, search, url, all }: { view: VipsView; search: string; url: URL; all: number },
) {
  if (view.vips.length === 0) {
    return (
      <p class="card padded">
        None of {whole(all)} VIPs holds “{search}”, nor does one of their servers.{" "}
        <a href="/vips">All VIPs</a>
      </p>
    );
  }
  return (
    <>
      <section class="card">
        <VipList vips={view.vips} />
      </section>
      <ListPages place={view} shown={view.vips.length} url={url} what="VIPs" />
    </>
  );
}
