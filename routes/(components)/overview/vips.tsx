import type { VipStatus } from "../../../lib/status.ts";
import { whole } from "../format.ts";
import { VipList } from "../vip_list.tsx";

/** VIPs with their rates, a line each. @param all How many there are. */
export function VipRates({ vips, all }: { vips: VipStatus[]; all: number }) {
  return (
    <section class="card" id="vip-rates" data-region>
      <div class="head">
        <h2>VIPs</h2>
        <p>
          <a href="/vips">{all > vips.length ? `All ${whole(all)}` : "Details"}</a>
        </p>
      </div>
      <VipList vips={vips} brief />
    </section>
  );
}
