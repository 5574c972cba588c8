import { droppedOfVip } from "../../../lib/counter_names.ts";
import type { VipStatus } from "../../../lib/status.ts";
import { vipDetails } from "../../../lib/vip_details.ts";
import { AlarmRate, Rate, Value } from "../cell.tsx";
import { ServersUp } from "../condition.tsx";
import { whole } from "../format.ts";
import { vipTraceHref } from "../flows/trace_href.ts";
import { flowsHref, vipDeleteHref, vipEditHref } from "../links.ts";
import { rowSignature, vipSignature } from "../signature.ts";

/** Which VIP it is, and where else to go with it. @param admin Whether it may be edited. */
export function VipTitle({ vip, admin }: { vip: VipStatus; admin: boolean }) {
  const { name, prefix, port, protocol, encap } = vip;
  return (
    <div class="title">
      <h1>
        {prefix}
        {port === null ? null : <span class="narrow">{protocol ?? "any"}/{port}</span>}
      </h1>
      <span class="tag">{encap}</span>
      <nav class="buttons" aria-label="This VIP">
        <a class="button" href={flowsHref(name)}>Flows</a>
        <a class="button" href={vipTraceHref(vip)}>Trace</a>
        {admin ? <a class="button" href={vipEditHref(name)}>Edit</a> : null}
        {admin ? <a class="button" href={vipDeleteHref(name)}>Delete</a> : null}
      </nav>
    </div>
  );
}

/** What goes through it now. */
export function VipNumbers({ vip }: { vip: VipStatus }) {
  const owner = `vip/${vip.name}`;
  const details = vipDetails(vip).filter((words) => !words.startsWith("all servers")).join(", ");
  return (
    <section class="card" id="vip-head" data-region data-is={vipSignature(vip)}>
      <dl class="figures">
        <Figure name="packets/s">
          <Rate name={`${owner}/packets`} />
        </Figure>
        <Figure name="bit/s">
          <Rate name={`${owner}/bytes`} bits />
        </Figure>
        {vip.type === null ? null : (
          <Figure name="returned/s">
            <Rate name={`${owner}/return_packets`} />
          </Figure>
        )}
        <Figure name="flows">
          <Value name={`${owner}/flows`} value={vip.flows} />
        </Figure>
        <Figure name="new flows/s">
          <Rate name={`${owner}/first_packet`} />
        </Figure>
        <Figure name="dropped/s">
          <AlarmRate name={`${owner}/drops`} soFar={droppedOfVip(vip.counters)} />
        </Figure>
      </dl>
      <p class="under" data-is={rowSignature(vip)}>
        <ServersUp {...vip} /> {details === "" ? null : <span>{details}</span>}
        <span>{whole(vip.new_len)} slots</span>
      </p>
    </section>
  );
}

function Figure({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
