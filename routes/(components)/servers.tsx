import type { ServerStatus, VipStatus } from "../../lib/status.ts";
import { percent } from "./format.ts";
import { Rate, Share, Value } from "./cell.tsx";
import { serverSignature } from "./signature.ts";

/** The servers of a VIP: how much they should get, and how much they do. */
export function ServerTable({ vip }: { vip: VipStatus }) {
  const slots = vip.servers.reduce((sum, server) => sum + server.slots, 0);
  const flows = vip.servers.reduce((sum, { counters }) => sum + (counters.new_flows ?? 0), 0);
  return (
    <table class="servers">
      <thead>
        <tr>
          <th>Server</th>
          <th>State</th>
          <th class="right">Weight</th>
          <th class="right" title="Its part of the new-connection table">Share wanted</th>
          <th class="right" title="Its part of all flows that began">Share got</th>
          <th class="wide" aria-label="Share got, drawn"></th>
          <th class="right">Packets/s</th>
          <th class="right">Flows</th>
          <th>Next hop</th>
        </tr>
      </thead>
      <tbody>
        {vip.servers.map((server) => (
          <Row key={server.address} vip={vip.name} server={server} slots={slots} all={flows} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  vip: string;
  server: ServerStatus;
  /** Of all servers of the VIP. */
  slots: number;
  /** New flows of all servers of the VIP. */
  all: number;
}

function Row({ vip, server, slots, all }: RowProps) {
  const owner = `server/${vip} ${server.address}`;
  const { counters } = server;
  const got = {
    name: `${owner}/new_flows`,
    value: counters.new_flows ?? 0,
    of: `vip/${vip}/new_flows`,
    all,
  };
  return (
    <tr data-is={serverSignature(vip, server)}>
      <th scope="row">{server.address}</th>
      <td>
        <State server={server} />
      </td>
      <td class="right number" data-label="Weight">{server.weight}</td>
      <td class="right number" data-label="Wanted">{percent(server.slots, slots)}</td>
      <td class="right" data-label="Got">
        <Share {...got} />
      </td>
      <td class="wide">
        <Bar {...got} wanted={slots > 0 ? 100 * server.slots / slots : 0} />
      </td>
      <td class="right" data-label="Packets/s">
        <Rate name={`${owner}/packets`} />
      </td>
      <td class="right" data-label="Flows">
        <Value name={`${owner}/flows`} value={counters.flows ?? 0} />
      </td>
      <td class="hop">
        <NextHop server={server} />
      </td>
    </tr>
  );
}

function State({ server }: { server: ServerStatus }) {
  // Without a next hop its packets are dropped, whatever the table says.
  const lost = server.next_hop === null && server.state !== "removed";
  return <span class={`state ${lost ? "lost" : server.state}`}>{server.state}</span>;
}

function NextHop({ server }: { server: ServerStatus }) {
  if (server.next_hop === null) return <span class="reason">{server.reason}</span>;
  const { mac, interface: name } = server.next_hop;
  return <span class="muted">{mac} on {name}</span>;
}

/** What was got as a bar, what was wanted as a line across it. */
function Bar(props: { name: string; value: number; of: string; all: number; wanted: number }) {
  const { name, value, of, all, wanted } = props;
  return (
    <svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" y="1" width="100" height="6" />
      <rect
        class="got"
        y="1"
        width={all > 0 ? 100 * value / all : 0}
        height="6"
        data-key={name}
        data-of={of}
      />
      <path class="wanted" d={`M${wanted} 0v8`} vector-effect="non-scaling-stroke" />
    </svg>
  );
}
