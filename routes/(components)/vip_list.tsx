import { droppedOfVip } from "../../lib/counter_names.ts";
import type { VipStatus } from "../../lib/status.ts";
import { vipDetails } from "../../lib/vip_details.ts";
import { AlarmRate, Rate, Value } from "./cell.tsx";
import { ServersUp } from "./condition.tsx";
import { vipHref } from "./links.ts";
import { rowSignature } from "./signature.ts";

/** VIPs with what goes through them, a row each. @param brief The most important of it alone. */
export function VipList({ vips, brief = false }: { vips: VipStatus[]; brief?: boolean }) {
  return (
    <table class={brief ? "rates" : "vips"}>
      <thead>
        <tr>
          <th scope="col">VIP</th>
          <th scope="col">Encap</th>
          <th scope="col">Servers</th>
          <th scope="col" class="right">Packets/s</th>
          <th scope="col" class="right">bit/s</th>
          <th scope="col" class="right">Flows</th>
          {brief ? null : (
            <>
              <th scope="col" class="right">New flows/s</th>
              <th scope="col" class="right" title="No server, no next hop, too big, TTL expired">
                Dropped/s
              </th>
            </>
          )}
        </tr>
      </thead>
      <tbody>{vips.map((vip) => <Row key={vip.name} vip={vip} brief={brief} />)}</tbody>
    </table>
  );
}

function Row({ vip, brief }: { vip: VipStatus; brief: boolean }) {
  const owner = `vip/${vip.name}`;
  const details = vipDetails(vip).filter((words) => !words.startsWith("all servers")).join(", ");
  return (
    <tr data-row data-is={rowSignature(vip)}>
      <th scope="row">
        <a href={vipHref(vip.name)}>{vip.name}</a>
      </th>
      <td class="encap" data-label="Encap">
        <span class="tag">{vip.encap}</span> {brief ? null : <span class="muted">{details}</span>}
      </td>
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
      {brief ? null : <NewAndDropped vip={vip} />}
    </tr>
  );
}

function NewAndDropped({ vip }: { vip: VipStatus }) {
  const owner = `vip/${vip.name}`;
  return (
    <>
      <td class="right" data-label="New flows/s">
        <Rate name={`${owner}/first_packet`} />
      </td>
      <td class="right" data-label="Dropped/s">
        <AlarmRate name={`${owner}/drops`} soFar={droppedOfVip(vip.counters)} />
      </td>
    </>
  );
}
