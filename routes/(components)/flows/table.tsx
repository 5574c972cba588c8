import type { FlowView } from "../../../lib/question.ts";
import { duration, moment } from "../format.ts";
import { serverHref, vipHref } from "../links.ts";
import { traceHref } from "./trace_href.ts";

/** Flows, each leading to the trace of its packets. @param now When they were looked at, milliseconds since 1970. */
export function FlowTable({ flows, now }: { flows: FlowView[]; now: number }) {
  return (
    <table class="flows">
      <thead>
        <tr>
          <th scope="col">Client</th>
          <th scope="col">To</th>
          <th scope="col">Protocol</th>
          <th scope="col">Server</th>
          <th scope="col">VIP</th>
          <th scope="col" class="right">Since, UTC</th>
          <th scope="col" class="right">Age</th>
          <th scope="col" class="right">Last packet</th>
          <th scope="col" class="right">Worker</th>
        </tr>
      </thead>
      <tbody>
        {flows.map((flow) => (
          <Row
            key={`${flow.worker} ${flow.vip} ${flow.protocol} ${flow.source} ${flow.destination}`}
            {...flow}
            now={now}
          />
        ))}
      </tbody>
    </table>
  );
}

function Row({ now, ...flow }: FlowView & { now: number }) {
  const { vip, server, protocol, worker, age_seconds: age, idle_seconds: idle } = flow;
  const since = new Date(now - 1000 * age).toISOString();
  const href = traceHref(flow);
  const source = flow.source.replace(/:0$/, "");
  return (
    <tr data-row>
      <th scope="row" class="number">{href === null ? source : <a href={href}>{source}</a>}</th>
      <td class="number" data-label="To">{flow.destination}</td>
      <td data-label="Protocol">{PROTOCOLS[protocol] ?? protocol}</td>
      <td class="number" data-label="Server">
        <a href={serverHref(server)}>{server}</a>
      </td>
      <td data-label="VIP">
        <a href={vipHref(vip)}>{vip}</a>
      </td>
      <td class="right number" data-label="Since, UTC">
        <time dateTime={since}>{moment(since)}</time>
      </td>
      <td class="right number" data-label="Age">{duration(age)}</td>
      <td class="right number" data-label="Last packet">{duration(idle)} ago</td>
      <td class="right number" data-label="Worker">{worker}</td>
    </tr>
  );
}

/** Of sticky VIPs without a protocol a flow is all that a client sends. */
const PROTOCOLS: Record<string, string> = { "255": "any" };
