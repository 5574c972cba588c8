import type { ServersView } from "../../lib/question.ts";
import type { ServerStatus } from "../../lib/status.ts";
import { Latency, Rate, Value } from "./cell.tsx";
import { ConditionMark } from "./condition.tsx";
import { moment } from "./format.ts";
import { vipHref } from "./links.ts";
import { healthSignature } from "./signature.ts";

type Server = ServersView["servers"][number];

/** Servers, a row for each VIP that they stand behind; those of one address stand together. */
export function ServerList({ servers }: { servers: Server[] }) {
  return (
    <table class="all-servers">
      <thead>
        <tr>
          <th scope="col">Server</th>
          <th scope="col">Behind</th>
          <th scope="col">State</th>
          <th scope="col">Health</th>
          <th scope="col" class="right">Weight</th>
          <th scope="col" class="right">Packets/s</th>
          <th scope="col" class="right">bit/s</th>
          <th scope="col" class="right">Flows</th>
        </tr>
      </thead>
      {byAddress(servers).map((group) => (
        <tbody key={group[0]!.address}>
          {group.map((server, at) => (
            <Row key={server.vip} server={server} rows={at === 0 ? group.length : 0} />
          ))}
        </tbody>
      ))}
    </table>
  );
}

function byAddress(servers: Server[]): Server[][] {
  const groups: Server[][] = [];
  for (const server of servers) {
    const group = groups.at(-1);
    if (group?.[0]?.address === server.address) group.push(server);
    else groups.push([server]);
  }
  return groups;
}

/** @param rows How many of the table the address is for; 0: it stands in a row above. */
function Row({ server, rows }: { server: Server; rows: number }) {
  const { vip, address, weight, counters } = server;
  const owner = `server/${vip} ${address}`;
  return (
    <tr data-row data-is={healthSignature(vip, server)}>
      {rows === 0 ? null : <th scope="rowgroup" rowspan={rows}>{address}</th>}
      <td class="behind" data-label="Behind">
        <a href={vipHref(vip)}>{vip}</a>
      </td>
      <td data-label="State">
        <ConditionMark server={server} />
      </td>
      <td class="why" data-label="Health">
        <Health server={server} owner={owner} />
      </td>
      <td class="right number" data-label="Weight">{weight}</td>
      <td class="right" data-label="Packets/s">
        <Rate name={`${owner}/packets`} />
      </td>
      <td class="right" data-label="bit/s">
        <Rate name={`${owner}/bytes`} bits />
      </td>
      <td class="right" data-label="Flows">
        <Value name={`${owner}/flows`} value={counters.flows ?? 0} />
      </td>
    </tr>
  );
}

/** What is wrong and since when; or how its last check went. @param owner Of its counters. */
export function Health({ server, owner }: { server: ServerStatus; owner: string }) {
  const { health, next_hop, reason, state } = server;
  const lost = next_hop === null && state !== "removed" ? reason : null;
  if (health.state === "unchecked") {
    return lost === null ? <span class="muted">not checked</span> : <Reason text={lost} />;
  }
  const why = lost ?? health.reason;
  return (
    <>
      {why === null ? null : <Reason text={why} mild={health.state !== "down" && lost === null} />}
      {why === null && health.latency_ms !== null
        ? (
          <>
            answers in <Latency name={`${owner}/latency_ms`} value={health.latency_ms} />
          </>
        )
        : null}
      <Since health={health} />
    </>
  );
}

function Reason({ text, mild = false }: { text: string; mild?: boolean }) {
  return <span class={mild ? "warning" : "reason"}>{text}</span>;
}

function Since({ health: { state, since } }: Pick<ServerStatus, "health">) {
  if (since === null) return null;
  return (
    <span class="since">
      {state} since <time datetime={since}>{moment(since)}</time> UTC
    </span>
  );
}
