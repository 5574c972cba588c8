import type { Api } from "../../lib/http.ts";
import { Empty } from "../(components)/empty.tsx";
import { VipTables } from "../(components)/vips.tsx";
import { getPage } from "../(page)/page.tsx";

/** A page with more VIPs would be slow to draw. */
const VIPS_SHOWN = 100;

/** `/vips`: VIPs, each with its servers. */
export function route(api: Api): void {
  getPage(api, "/vips", async ({ client, status, url }) => {
    const search = url.searchParams.get("search") ?? "";
    const { vips } = await client.vips({ search, limit: VIPS_SHOWN });
    const body = (
      <>
        <div class="title">
          <h1>VIPs</h1>
          <form class="search" method="get" action="/vips" role="search">
            <input
              type="search"
              name="search"
              value={search}
              aria-label="Search VIPs and servers"
              placeholder="90.0.0.0/8, 10.0.0.1"
            />
            <button type="submit">Search</button>
          </form>
        </div>
        <div id="vips" data-region>
          {status.vips === 0
            ? <Empty status={status} />
            : vips.length === 0
            ? <p class="card padded">No VIP holds “{search}”, nor does one of its servers.</p>
            : <VipTables vips={vips} all={search === "" ? status.vips : vips.length} />}
        </div>
      </>
    );
    return { title: "VIPs", body, watch: vips.map(({ name }) => name) };
  });
}
