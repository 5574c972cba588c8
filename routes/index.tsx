import type { Api } from "../lib/http.ts";
import { Drops } from "./(components)/drops.tsx";
import { Empty } from "./(components)/empty.tsx";
import { Interfaces } from "./(components)/interfaces.tsx";
import { Totals } from "./(components)/totals.tsx";
import { VipTables } from "./(components)/vips.tsx";
import { getPage } from "./(page)/page.tsx";

/** A page with more VIPs would be slow to draw. */
const VIPS_SHOWN = 100;

/** `/`: what the program does now, on one page. Complete without JavaScript; live with it. */
export function route(api: Api): void {
  getPage(api, "/", async ({ client, status }) => {
    const [view, { worker }] = await Promise.all([client.counters(), client.catalog()]);
    const body = (
      <>
        <div class="title">
          <h1>Overview</h1>
        </div>
        <Totals view={view} status={status} />
        <div id="vips" data-region>
          {view.vips.length === 0
            ? <Empty status={status} />
            : <VipTables vips={view.vips} shown={VIPS_SHOWN} />}
        </div>
        <Interfaces interfaces={status.interfaces} />
        <Drops total={view.total} infos={worker} />
      </>
    );
    const watch = view.vips.slice(0, VIPS_SHOWN).map(({ name }) => name);
    return { title: "Overview", body, watch };
  });
}
