import type { VipStatus } from "../../../lib/status.ts";
import { Rate, Value } from "../cell.tsx";
import { whole } from "../format.ts";
import { vipHref } from "../links.ts";
import { ServersUp } from "../condition.tsx";
import { rowSignature } from "../signature.ts";

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
    <tr data-is={rowSignature(vip)} data-row>
      <th scope="row">
        <a href={vipHref(vip.name)}>{vip.name}</a>
      </th>
      <td data-label="Encap">{vip.encap}</td>
      <td class="up" data-label="Servers">
        <ServersUp {...vip} />
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
