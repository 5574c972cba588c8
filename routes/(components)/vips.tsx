import type { VipStatus } from "../../lib/change.ts";
import { whole } from "../(static)/format.js";
import { Rate, Value } from "./cell.tsx";
import { ServerTable } from "./servers.tsx";
import { vipSignature } from "./signature.ts";

/** VIPs, each with its servers. live.js looks at as many as `data-shown` says. */
export function VipTables({ vips, shown }: { vips: VipStatus[]; shown: number }) {
  const more = vips.length - shown;
  return (
    <div id="vips" data-shown={shown}>
      {vips.slice(0, shown).map((vip) => <Vip key={vip.name} vip={vip} />)}
      {more <= 0 ? null : (
        <p class="hint more">
          {whole(more)} more: <code>guideway vip list</code>
        </p>
      )}
    </div>
  );
}

function Vip({ vip }: { vip: VipStatus }) {
  const owner = `vip/${vip.name}`;
  const flows = vip.servers.reduce((sum, { counters }) => sum + (counters.flows ?? 0), 0);
  return (
    <section class="vip" data-is={vipSignature(vip)}>
      <div class="head">
        <h2>
          {vip.prefix}
          {vip.protocol === null ? null : <span class="narrow">{vip.protocol}/{vip.port}</span>}
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
        <p>
          <b>
            <Value name={`${owner}/flows`} value={flows} />
          </b>{" "}
          flows
        </p>
        <p class="muted">{whole(vip.new_len)} slots</p>
      </div>
      {vip.servers.length === 0 ? <NoServer vip={vip} /> : <ServerTable vip={vip} />}
    </section>
  );
}

function NoServer({ vip }: { vip: VipStatus }) {
  const address = vip.encap === "gre6" ? "2001:db8::1" : "10.0.0.1";
  return (
    <p class="hint">
      No server yet: its packets are dropped. Add one with{" "}
      <code>guideway server add {vip.name} {address}</code>
    </p>
  );
}
