import type { Controller } from "../lib/controller/interface.ts";
import type { Api } from "../lib/http.ts";
import { Drops } from "./(components)/drops.tsx";
import { Empty } from "./(components)/empty.tsx";
import { Interfaces } from "./(components)/interfaces.tsx";
import { renderPage } from "./(components)/page.tsx";
import { Totals } from "./(components)/totals.tsx";
import { VipTables } from "./(components)/vips.tsx";

/** A page with more VIPs would be slow to draw. */
const VIPS_SHOWN = 100;

/** `/`: what the program does now, on one page. Complete without JavaScript; live with it. */
export function route(api: Api, controller: Controller): void {
  api.get("/", (c) => {
    const status = controller.status();
    const view = controller.counters();
    const { worker } = controller.catalog();
    const page = renderPage(
      status,
      <>
        <Totals view={view} status={status} />
        {view.vips.length === 0
          ? <Empty status={status} />
          : <VipTables vips={view.vips} shown={VIPS_SHOWN} />}
        <Interfaces interfaces={status.interfaces} />
        <Drops total={view.total} infos={worker} />
      </>,
    );
    return c.body(page.html, 200, page.headers);
  });
}
