import type { ServersView } from "../../../lib/question.ts";
import type { Status } from "../../../lib/status.ts";
import { ConditionMark } from "../condition.tsx";
import { moment, whole } from "../format.ts";
import { serverHref, vipHref } from "../links.ts";

/** Servers that are down by their check or that nothing can be sent to: why, and since when. */
export function Down({ down, status }: { down: ServersView; status: Status }) {
  const { servers, total } = down;
  return (
    <section class="card" id="down" data-region>
      <div class="head">
        <h2>Servers down</h2>
        <p>
          <a href="/servers">
            {total > servers.length ? `${whole(total)} of ${whole(status.servers)}` : "All servers"}
          </a>
        </p>
      </div>
      {status.health.vips_fail_open === 0
        ? null
        : <p class="under reason">{failOpenWords(status.health.vips_fail_open)}</p>}
      {servers.length === 0 ? <p class="under">{noneWords(status)}</p> : (
        <table class="short">
          <thead>
            <tr>
              <th scope="col">Server</th>
              <th scope="col">VIP</th>
              <th scope="col">State</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>{servers.map((server) => <Row key={keyOf(server)} server={server} />)}</tbody>
        </table>
      )}
    </section>
  );
}

type Server = ServersView["servers"][number];

function keyOf({ vip, address }: Server): string {
  return `${vip} ${address}`;
}

function Row({ server }: { server: Server }) {
  const { vip, address, reason, next_hop, health } = server;
  return (
    <tr data-row>
      <th scope="row">
        <a href={serverHref(address)}>{address}</a>
      </th>
      <td>
        <a href={vipHref(vip)}>{vip}</a>
      </td>
      <td>
        <ConditionMark server={server} />
      </td>
      <td>
        <span class="reason">{next_hop === null ? reason : health.reason}</span>
        {health.since === null ? null : <span class="since">since {moment(health.since)} UTC</span>}
      </td>
    </tr>
  );
}

function noneWords({ servers, health }: Status): string {
  if (servers === 0) return "There is no server yet.";
  const none = `None of ${whole(servers)}`;
  if (health.unchecked === 0) return `${none}: all are up.`;
  const unchecked = health.unchecked === servers
    ? "but nobody checks them"
    : `${whole(health.unchecked)} without a health check`;
  return `${none}: all can be reached, ${unchecked}.`;
}

function failOpenWords(count: number): string {
  return count === 1
    ? "Of one VIP all servers are down, so all of them get new flows."
    : `Of ${whole(count)} VIPs all servers are down, so all of theirs get new flows.`;
}
