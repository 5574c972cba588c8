import type { VipStatus } from "../../../lib/status.ts";
import { Rate, Value } from "../cell.tsx";
import { whole } from "../format.ts";
import { vipHref } from "../links.ts";
import { vipSignature } from "../signature.ts";

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
      <table class="rates">
        <thead>
          <tr>
            <th scope="col">VIP</th>
            <th scope="col">Encap</th>
            <th scope="col">Servers</th>
            <th scope="col" class="right">Packets/s</th>
            <th scope="col" class="right">bit/s</th>
            <th scope="col" class="right">Flows</th>
          </tr>
        </thead>
        <tbody>{vips.map((vip) => <Row key={vip.name} vip={vip} />)}</tbody>
      </table>
    </section>
  );
}

function Row({ vip }: { vip: VipStatus }) {
  const owner = `vip/${vip.name}`;
  return (
    <tr data-is={vipSignature(vip)} data-row>
      <th scope="row">
        <a href={vipHref(vip.name)}>{vip.name}</a>
      </th>
      <td data-label="Encap">{vip.encap}</td>
      <td data-label="Servers">
        <Servers servers={vip.servers} />
      </td>
      <td class="right" data-label="Packets/s">
        <Rate name={`${owner}/packets`} />
      </td>
      <td class="right" data-label="bit/s">
        <Rate name={`${owner}/bytes`} bits />
      </td>
      <td class="right" data-label="Flows">
        <Value name={`${owner}/flows`} value={vip.flows} />
      </td>
    </tr>
  );
}

/** How many take new flows, and what is wrong. */
function Servers({ servers }: Pick<VipStatus, "servers">) {
  const there = servers.filter(({ state }) => state !== "removed");
  const lost = there.filter(({ next_hop }) => next_hop === null).length;
  const active = there.filter(({ state, next_hop }) => state === "active" && next_hop !== null);
  const words = there.length === 0
    ? "none: packets are dropped"
    : `${whole(active.length)} of ${whole(there.length)} active${lost > 0 ? `, ${lost} down` : ""}`;
  const state = lost > 0 || active.length === 0
    ? "lost"
    : active.length < there.length
    ? "draining"
    : "active";
  return <span class={`state ${state}`}>{words}</span>;
}
