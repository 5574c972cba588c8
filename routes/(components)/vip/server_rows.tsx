import type { ServerStatus, VipStatus } from "../../../lib/status.ts";
import type { FormState } from "../../(page)/form.ts";
import { Rate, Share, Value } from "../cell.tsx";
import { ConditionMark } from "../condition.tsx";
import { moment } from "../format.ts";
import { flowsHref } from "../links.ts";
import { Health } from "../server_list.tsx";
import { serverSignature } from "../signature.ts";
import { Swatch } from "../swatch.tsx";
import { bandAt } from "./bands.ts";
import { RowActions } from "./row_actions.tsx";
import { Bar, Left, NextHop, Weight } from "./row_cells.tsx";
import { shareWords } from "./share_words.ts";

/** What the rows of a VIP's servers are drawn from. */
export interface ServerRowsProps {
  /** Its sums are of all servers. */
  vip: VipStatus;
  /** Those of the page. */
  servers: ServerStatus[];
  /** All addresses in the order of the table's servers. */
  addresses: readonly string[];
  /** Slots of the table. */
  slots: number;
  /** Seconds that a flow is remembered. */
  timeout: number;
  /** The form of the weights; null: the visitor may not change them. */
  weights: FormState | null;
  /** The page, with what its list is asked for. */
  url: URL;
}

/** The servers of a VIP: how they are, how much they should get, and how much they do. */
export function ServerRows(props: ServerRowsProps) {
  return (
    <table class="servers">
      <thead>
        <tr>
          <th scope="col">Server</th>
          <th scope="col">State</th>
          <th scope="col" class="right" title="0 to 100; 0 drains">Weight</th>
          <th scope="col" class="right" title="Its part of the new-connection table">
            Share wanted
          </th>
          <th
            scope="col"
            class="right"
            title={`Its part of the flows that began since the table last changed, ${
              moment(props.vip.table_since)
            }`}
          >
            Share got
          </th>
          <th scope="col">
            <span class="unseen">Share got, drawn</span>
          </th>
          <th scope="col" class="right">Packets/s</th>
          <th scope="col" class="right">Flows</th>
          <th scope="col" class="right">New flows/s</th>
          {props.weights === null ? null : (
            <th scope="col">
              <span class="unseen">What can be done</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {props.servers.map((server) => <Row key={server.address} {...props} server={server} />)}
      </tbody>
    </table>
  );
}

function Row(props: ServerRowsProps & { server: ServerStatus }) {
  const { vip, server, addresses, slots, weights, url } = props;
  const owner = `server/${vip.name} ${server.address}`;
  const place = addresses.indexOf(server.address);
  const got = {
    name: `${owner}/table_flows`,
    value: server.table_flows,
    of: `vip/${vip.name}/table_flows`,
    all: vip.table_flows,
  };
  return (
    <tr data-row data-is={serverSignature(vip.name, server)}>
      <th scope="row">
        {place < 0 ? null : <Swatch at={place} band={bandAt(place, addresses.length)} />}{" "}
        {server.address}
        <NextHop server={server} />
      </th>
      <td class="how" data-label="State">
        <ConditionMark server={server} />
        <Left {...props} owner={owner} />
        {server.state === "removed" || (vip.health === null && server.next_hop !== null)
          ? null
          : (
            <span class="below">
              <Health server={server} owner={owner} />
            </span>
          )}
      </td>
      <td class="right" data-label="Weight">
        <Weight server={server} weights={weights} />
      </td>
      <td class="right number" data-label="Wanted">{shareWords(server.slots, slots)}</td>
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
        <a href={flowsHref(vip.name, server.address)}>
          <Value name={`${owner}/flows`} value={server.counters.flows ?? 0} />
        </a>
      </td>
      <td class="right" data-label="New flows/s">
        <Rate name={`${owner}/new_flows`} />
      </td>
      {weights === null ? null : (
        <td class="do">
          <RowActions server={server} url={url} />
        </td>
      )}
    </tr>
  );
}
