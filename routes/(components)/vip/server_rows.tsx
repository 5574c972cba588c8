import { conditionOf } from "../../../lib/condition.ts";
import type { ServerStatus, VipStatus } from "../../../lib/status.ts";
import type { FormState } from "../../(page)/form.ts";
import { weightField } from "../../(page)/weights.ts";
import { Rate, Share, Value } from "../cell.tsx";
import { ConditionMark } from "../condition.tsx";
import { flowsHref } from "../links.ts";
import { Health } from "../server_list.tsx";
import { serverSignature } from "../signature.ts";
import { Swatch } from "../swatch.tsx";
import { bandAt } from "./bands.ts";
import { drainWords } from "./drain_words.ts";
import { RowActions } from "./row_actions.tsx";
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
          <th scope="col" class="right" title="Its part of all flows that began">Share got</th>
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
    name: `${owner}/new_flows`,
    value: server.counters.new_flows ?? 0,
    of: `vip/${vip.name}/new_flows`,
    all: vip.new_flows,
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

function NextHop({ server: { next_hop: hop } }: { server: ServerStatus }) {
  if (hop === null) return null;
  return <span class="below">{hop.mac} on {hop.interface}</span>;
}

/** In place; a form of all rows sends them. */
function Weight({ server, weights }: Pick<ServerRowsProps, "weights"> & { server: ServerStatus }) {
  const { address, weight, state } = server;
  if (state === "removed") return null;
  if (weights === null) return <span class="number">{weight}</span>;
  const name = weightField(address);
  const wrong = weights.problems.find(({ path }) => path === name)?.message;
  return (
    <>
      <input
        id={`weights-${name}`}
        class="weight"
        name={name}
        value={weights.values.get(name) ?? weight}
        inputmode="numeric"
        aria-label={`Weight of ${address}`}
        aria-invalid={wrong === undefined ? undefined : "true"}
      />
      {wrong === undefined ? null : <p class="wrong">{wrong}</p>}
    </>
  );
}

/** What a server that takes no new flows has left. */
function Left(
  { server, owner, timeout }: { server: ServerStatus; owner: string; timeout: number },
) {
  if (server.state === "active" || conditionOf(server) === "no_next_hop") return null;
  return (
    <span
      class="below"
      data-key={`${owner}/flows`}
      data-show="drain"
      data-of={`${owner}/packets`}
      data-timeout={timeout}
    >
      {drainWords(server.counters.flows ?? 0, timeout, null)}
    </span>
  );
}

/** What was got as a bar, what was wanted as a line across it. */
function Bar(props: { name: string; value: number; of: string; all: number; wanted: number }) {
  const { name, value, of, all, wanted } = props;
  return (
    <svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect
        class="got"
        y="1"
        width={all > 0 ? (100 * value / all).toFixed(2) : 0}
        height="6"
        data-key={name}
        data-of={of}
      />
      <path class="wanted" d={`M${wanted.toFixed(2)} 0v8`} />
    </svg>
  );
}
