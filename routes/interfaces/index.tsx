import type { Api } from "../../lib/http.ts";
import { Blank } from "../(components)/blank.tsx";
import { Drops } from "../(components)/drops.tsx";
import { Interfaces } from "../(components)/interfaces.tsx";
import { getPage } from "../(page)/page.tsx";

/** `/interfaces`: links, rates, and what was not forwarded. */
export function route(api: Api): void {
  getPage(api, "/interfaces", async ({ client, status }) => {
    const [view, { worker }] = await Promise.all([client.counters([]), client.catalog()]);
    const body = (
      <>
        <div class="title">
          <h1>Interfaces</h1>
        </div>
        <div id="interfaces" data-region>
          {status.interfaces.length > 0
            ? <Interfaces interfaces={status.interfaces} />
            : (
              <Blank title="No interface yet">
                <p>
                  Packets come and leave by interfaces. Name one in the configuration, as{" "}
                  <code>interfaces: {"{"} net0: {"{"} device: "af_packet:eth1" {"}"} {"}"}</code>.
                </p>
              </Blank>
            )}
        </div>
        <Drops total={view.total} infos={worker} />
      </>
    );
    return { title: "Interfaces", body };
  });
}
