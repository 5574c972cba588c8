import type { VipStatus } from "../../lib/status.ts";
import { ENCAP_KINDS } from "../../lib/config/encaps.ts";
import { vipDetails } from "../../lib/vip_details.ts";
import { whole } from "./format.ts";
import { Rate, Value } from "./cell.tsx";
import { ServerTable } from "./servers.tsx";
import { vipSignature } from "./signature.ts";

/** VIPs, each with its servers. */
export function VipTables({ vips, all }: { vips: VipStatus[]; all: number }) {
  const more = all - vips.length;
  return (
    <>
      {vips.map((vip) => <Vip key={vip.name} vip={vip} />)}
      {more <= 0 ? null : (
        <p class="muted">
          {whole(more)} more: <code>guideway vip list</code>
        </p>
      )}
    </>
  );
}

function Vip({ vip }: { vip: VipStatus }) {
  const owner = `vip/${vip.name}`;
  const details = [...vipDetails(vip), `${whole(vip.new_len)} slots`];
  return (
    <section class="card vip" data-is={vipSignature(vip)}>
      <div class="head">
        <h2>
          {vip.prefix}
          {vip.port === null
            ? null
            : <span class="narrow">{vip.protocol ?? "any"}/{vip.port}</span>}
        </h2>
        <span class="tag">{vip.encap}</span>
        <p>
          <b>
            <Rate name={`${owner}/packets`} />
          </b>{" "}
          packets/s
        </p>
        <p>
          <b>
            <Rate name={`${owner}/bytes`} bits />
          </b>{" "}
          bit/s
        </p>
        {vip.type === null ? null : (
          <p title="Packets from the servers that left from the VIP">
            <b>
              <Rate name={`${owner}/return_packets`} />
            </b>{" "}
            returned/s
          </p>
        )}
        <p>
          <b>
            <Value name={`${owner}/flows`} value={vip.flows} />
          </b>{" "}
          flows
        </p>
        <p class="muted">{details.join(", ")}</p>
      </div>
      {vip.servers.length === 0 ? <NoServer vip={vip} /> : <ServerTable vip={vip} />}
    </section>
  );
}

function NoServer({ vip }: { vip: VipStatus }) {
  const address = ENCAP_KINDS[vip.encap].servers === 6 ? "2001:db8::1" : "10.0.0.1";
  return (
    <p class="under">
      No server yet: its packets are dropped. Add one with{" "}
      <code>guideway server add {vip.name} {address}</code>
    </p>
  );
}
